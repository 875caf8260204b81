import { CodedError, type RequestError } from '../../shared/protocol/errors.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { SeatKey } from '../encryption/call-key/seat-key.ts';
import { fromRefusedJoin } from '../signalling/end-codes.ts';
import type { RouterConnection } from '../signalling/router-connection.ts';
import { CallError } from './call-error.ts';
import type { Invitation } from './invitation.ts';
import { withToken, type GivenToken, type Tokens } from './with-token.ts';

/**
 * Asks to be let into the call, on the seat of that key, with signatures that are good for this connection only (PROTOCOL
 * section 7), and with a token if the router wants one. `lastRun`: of who had the seat before, the run of the call that it was
 * in; then the answer may be `seat-ended`. Rejects with CallError: `call-full`, `router-full`, `router-refused`, what `withToken`
 * says, or why the connection ended.
 */
export async function admit(
  connection: RouterConnection,
  invitation: Invitation,
  seatKey: SeatKey,
  tokens: Tokens | undefined,
  lastRun?: Bytes,
): Promise<Result<'call.join'> | 'seat-ended'> {
  const { routerKey, ownCookie: clientCookie, routerCookie } = connection.boundTo;
  const signed = await invitation.signJoin(connection.boundTo);
  const seat = {
    seatKey: seatKey.publicKey,
    seatSignature: await seatKey.sign({ routerKey, clientCookie, routerCookie }, signed.callId),
    ...(lastRun === undefined ? {} : { lastRun }),
  };
  const ask = (token: GivenToken): Promise<Result<'call.join'>> =>
    connection.ask('call.join', { ...signed, ...seat, ...token, profile: 'opus-vp8-vp9-av1' });
  try {
    const joined = await withToken(connection.lifetime, tokens, ask);
    if (joined.participantId.key === seatKey.participantIn(signed.callId).key) return joined;
  } catch (error) {
    if (error instanceof CallError) throw error;
    if (!(error instanceof CodedError)) throw new CallError('router-refused', { cause: error });
    const { code } = error as CodedError<RequestError>;
    if (code === 'seat-refused') return 'seat-ended';
    throw new CallError(fromRefusedJoin(code));
  }
  throw new CallError('router-refused'); // it calls us by a name that is not ours
}
