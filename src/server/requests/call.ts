import { CodedError } from '../../shared/protocol/errors.ts';
import { seated, type Handler } from './handler.ts';

/** PROTOCOL 7, `call.join`: whoever signs with the call's key is let in; the first one starts the call. */
export const joinCall: Handler<'call.join'> = async (caller, { callId, signature }) => {
  if (caller.seat !== undefined) throw new CodedError('already-joined');
  if (!callId.signed(caller.joinMessage, signature)) throw new CodedError('signature-wrong');
  const seat = await caller.calls.join(callId, caller.peer);
  caller.take(seat);
  return { ...seat.welcome, participantLimit: caller.calls.participantLimit };
};

/** PROTOCOL 7, `call.leave`: the answer is the last message of this socket. */
export const leaveCall = seated<'call.leave'>((_seat, _params, caller) => {
  caller.leave();
  return {};
});
