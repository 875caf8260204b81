import { CodedError } from '../../shared/protocol/errors.ts';
import { seated, type Handler } from './handler.ts';

/** PROTOCOL 7, `call.join`: whoever signs with the call's key is let in, under the id of the seat key; the first one starts the call. */
export const joinCall: Handler<'call.join'> = async (caller, params) => {
  const { callId, lastRun } = params;
  caller.prove(callId, params.signature);
  const id = caller.proveSeat(params);
  const own = caller.admitSelf(callId);
  if (!own) await caller.admit(params.token);
  const seat = await caller.calls.join(callId, caller.peer, { id, lastRun, own });
  caller.take(seat);
  const { participantLimit } = caller.calls;
  return { ...seat.takeWelcome(), participantLimit, ticket: caller.calls.ticketFor(seat) };
};

/** PROTOCOL 7, `call.rejoin`: the ticket is proof enough. */
export const rejoinCall: Handler<'call.rejoin'> = async (caller, { ticket }) => {
  if (caller.seat !== undefined) throw new CodedError('already-joined');
  const { seat, ...welcome } = await caller.calls.rejoin(ticket, caller.peer);
  caller.take(seat);
  return { ...welcome, participantLimit: caller.calls.participantLimit };
};

/** PROTOCOL 7, `call.peek`: what it takes first, so that a stranger learns nothing about any call. */
export const peekCall: Handler<'call.peek'> = async (caller, params) => {
  // What has to be right before anything is looked up about a call.
  caller.prove(params.callId, params.signature);
  await caller.admit(params.token);
  const call = await caller.calls.peek(params.callId);
  if (call === undefined) return { call: null };
  const { startedAt, full, state } = call;
  return { call: { startedAt, full, state: state.sealed ?? null } };
};

/** PROTOCOL 7, `call.leave`: the answer is the last message of this socket. */
export const leaveCall = seated<'call.leave'>((_seat, _params, caller) => {
  caller.leave();
  return {};
});

/** PROTOCOL 7, `state.update`. */
export const updateState = seated<'state.update'>((seat, { state }) => {
  seat.updateState(state);
  return {};
});
