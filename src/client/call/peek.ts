import { CodedError } from '../../shared/protocol/errors.ts';
import type { Result } from '../../shared/protocol/requests.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import { RouterConnection } from '../signalling/router-connection.ts';
import { CallError } from './call-error.ts';
import type { Invitation } from './invitation.ts';
import type { SessionInput } from './session.ts';
import type { PeekedCall } from './types.ts';
import { withToken, type GivenToken } from './with-token.ts';

/** By so much, in seconds, the clocks of two devices may differ; what was said longer ago says nothing about now. */
const stateSeconds = 300;

/**
 * Looks at a call without joining it, over a connection of its own, which is closed again. Rejects with CallError: what
 * `RouterConnection.open` and `withToken` say, `router-refused`, `aborted`.
 */
export async function peek(
  invitation: Invitation,
  { clock, socket, signal, tokens }: Pick<SessionInput, 'clock' | 'socket' | 'signal' | 'tokens'>,
): Promise<PeekedCall> {
  const { routerUrl, routerKeys } = invitation;
  const connection = await RouterConnection.open({ routerUrl, routerKeys, clock, socket, signal });
  const abort = (): void => {
    connection.close(new CallError('aborted'));
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    const signed = await invitation.signJoin(connection.boundTo);
    const ask = (token: GivenToken): Promise<Result<'call.peek'>> =>
      connection.ask('call.peek', { ...signed, ...token });
    const { call } = await withToken(connection.lifetime, tokens, ask);
    if (call === null) return { running: false };
    const startedAt = new Date(call.startedAt * 60_000);
    return { running: true, startedAt, full: call.full, people: people(invitation, call.state, clock.calendarMs()) };
  } catch (error) {
    throw error instanceof CodedError && !(error instanceof CallError)
      ? new CallError('router-refused', { cause: error })
      : error;
  } finally {
    signal.removeEventListener('abort', abort);
    connection.close();
  }
}

/** ENCRYPTION "Call state", receiver. */
function people(invitation: Invitation, sealed: Bytes | null, calendarMs: number): number | undefined {
  const state = sealed === null ? undefined : invitation.openState(sealed);
  if (state === undefined || state.count === 0) return undefined;
  return Math.abs(calendarMs / 1_000 - state.at) > stateSeconds ? undefined : state.count;
}
