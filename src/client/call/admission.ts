import { CodedError, type RequestError } from '../../shared/protocol/errors.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import { fromRefusedJoin } from '../signalling/end-codes.ts';
import type { RouterConnection } from '../signalling/router-connection.ts';
import { CallError } from './call-error.ts';
import type { Invitation } from './invitation.ts';

/**
 * Asks to be let into the call, with a signature that is good for this connection only (PROTOCOL section 7).
 * Rejects with CallError: `call-full`, `router-full`, `router-refused`, or why the connection ended.
 */
export async function admit(connection: RouterConnection, invitation: Invitation): Promise<Result<'call.join'>> {
  const signed = invitation.signJoin(connection.boundTo);
  try {
    return await connection.ask('call.join', { ...signed, profile: 'opus-vp8-vp9-av1' });
  } catch (error) {
    if (error instanceof CallError) throw error;
    if (error instanceof CodedError) throw new CallError(fromRefusedJoin((error as CodedError<RequestError>).code));
    throw new CallError('router-refused', { cause: error });
  }
}
