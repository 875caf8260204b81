import type { CallId } from '../../shared/identity/call-id.ts';
import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import type { Inventory } from '../../shared/protocol/inventory.ts';
import type { Params, RequestName, Result } from '../../shared/protocol/requests.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Calls } from '../calls/calls.ts';
import type { Peer } from '../calls/presence.ts';
import type { Seat } from '../calls/seat.ts';

/** Who asks: one socket with an open sealed channel. */
export interface Caller {
  readonly calls: Calls;
  readonly peer: Peer;
  /** The seat that is taken on this socket at the moment, if any. */
  readonly seat: Seat | undefined;
  /** What socket and session hold on whoever asks. */
  inventory(): Pick<Inventory, 'socket' | 'session'>;
  /**
   * Whether this channel's owner holds the call's key and is in no call yet (PROTOCOL section 7, `call.join`). Throws
   * CodedError `signature-wrong`, `already-joined`.
   */
  prove(callId: CallId, signature: Bytes): void;
  /** Who takes a seat by the seat key in these parameters. Throws CodedError as `prove` does. */
  proveSeat(params: Pick<Params<'call.join'>, 'callId' | 'seatKey' | 'seatSignature'>): ParticipantId;
  /** Whether this channel's owner may use this router. Throws CodedError as `Admission.admit` does, `too-many` for many tries. */
  admit(token: Bytes | undefined): Promise<void>;
  /** Whether this router starts calls now, or why not. */
  readiness(): Result<'router.info'>['newCalls'];
  /** Whether this join is one of the router's own call, which needs nothing else; takes it (PROTOCOL section 7, "Self-call"). */
  admitSelf(callId: CallId): boolean;
  take(seat: Seat): void;
  /** Gives the seat up and ends the socket, as soon as the answer is out. */
  leave(): void;
}

/** Answers one request. What it throws as CodedError of a RequestError is the answer; anything else ends the socket. */
export type Handler<N extends RequestName> = (caller: Caller, params: Params<N>) => Promise<Result<N>> | Result<N>;

/** A handler for those in a call only, that waits for nothing else of theirs. Others are closed with `not-joined`. */
export function atOnce<N extends RequestName>(handle: SeatHandler<N>): Handler<N> {
  return ({ seat }, params) => {
    if (seat === undefined) throw new CodedError('not-joined');
    return handle(seat, params);
  };
}

/** A handler for those in a call only, in the seat's turn. Others are closed with `not-joined`. */
export function seated<N extends RequestName>(
  handle: (seat: Seat, params: Params<N>, caller: Caller) => Promise<Result<N>> | Result<N>,
): Handler<N> {
  return (caller, params) => {
    const { seat } = caller;
    if (seat === undefined) throw new CodedError('not-joined');
    return seat.inTurn(() => {
      if (caller.seat === undefined) throw new CodedError('not-joined'); // another socket has it by now
      return handle(seat, params, caller);
    });
  };
}

type SeatHandler<N extends RequestName> = (seat: Seat, params: Params<N>) => Promise<Result<N>> | Result<N>;

/** What is about media, in the seat's turn. */
export function withMedia<N extends RequestName>(handle: SeatHandler<N>): Handler<N> {
  return seated(aboutMedia(handle));
}

/** The same, at once. */
export function withMediaAtOnce<N extends RequestName>(handle: SeatHandler<N>): Handler<N> {
  return atOnce(aboutMedia(handle));
}

/** Refused with `media-renewed` while the call has no media process, and when it got another one meanwhile. */
function aboutMedia<N extends RequestName>(handle: SeatHandler<N>): SeatHandler<N> {
  return async (seat, params) => {
    const { mediaNumber } = seat;
    if (mediaNumber === undefined) throw new CodedError('media-renewed');
    try {
      return await handle(seat, params);
    } catch (error) {
      throw seat.mediaNumber === mediaNumber ? error : new CodedError('media-renewed');
    }
  };
}
