import { CodedError, type RequestError } from '../../shared/protocol/errors.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import { fromRefusedJoin } from '../signalling/end-codes.ts';
import type { RouterConnection } from '../signalling/router-connection.ts';
import { CallError } from './call-error.ts';
import type { Invitation } from './invitation.ts';
import { withToken, type GivenToken, type Tokens } from './with-token.ts';

/**
 * Asks to be let into the call, with a signature that is good for this connection only (PROTOCOL section 7).
 * Rejects with CallError: `call-full`, `router-full`, `router-refused`, what `withToken` says, or why the connection ended.
 */
export async function admit(
  connection: RouterConnection,
  invitation: Invitation,
  tokens: Tokens | undefined,
): Promise<Result<'call.join'>> {
  const signed = invitation.signJoin(connection.boundTo);
  const ask = (token: GivenToken): Promise<Result<'call.join'>> =>
    connection.ask('call.join', { ...signed, ...token, profile: 'opus-vp8' });
  try {
    return await withToken(connection.lifetime, tokens, ask);
  } catch (error) {
    if (error instanceof CallError) throw error;
    if (error instanceof CodedError) throw new CallError(fromRefusedJoin((error as CodedError<RequestError>).code));
    throw new CallError('router-refused', { cause: error });
  }
}
