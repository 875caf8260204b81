import { CodedError } from '../../shared/protocol/errors.ts';
import type { Params, RequestName, Result } from '../../shared/protocol/requests.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Calls } from '../calls/calls.ts';
import type { Peer } from '../calls/participant.ts';
import type { Seat } from '../calls/seat.ts';

/** Who asks: one socket with an open sealed channel. */
export interface Caller {
  readonly calls: Calls;
  readonly peer: Peer;
  /** What a signature for joining over this channel must be of (PROTOCOL section 7, `call.join`). */
  readonly joinMessage: Bytes;
  /** The seat taken on this socket, if any. */
  readonly seat: Seat | undefined;
  take(seat: Seat): void;
  /** Gives the seat up and ends the socket, as soon as the answer is out. */
  leave(): void;
}

/** Answers one request. What it throws as CodedError of a RequestError is the answer; anything else ends the socket. */
export type Handler<N extends RequestName> = (caller: Caller, params: Params<N>) => Promise<Result<N>> | Result<N>;

/** A handler for those in a call only. Others are closed with `not-joined`. */
export function seated<N extends RequestName>(
  handle: (seat: Seat, params: Params<N>, caller: Caller) => Promise<Result<N>> | Result<N>,
): Handler<N> {
  return (caller, params) => {
    if (caller.seat === undefined) throw new CodedError('not-joined');
    return handle(caller.seat, params, caller);
  };
}
