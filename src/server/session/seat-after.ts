import { closeCodes, type CloseReason } from '../../shared/protocol/errors.ts';

/** Ends that tell of a bad network, not of a client that is done or at fault. */
const held: ReadonlySet<CloseReason> = new Set<CloseReason>(['silent-too-long', 'reads-too-slowly']);

/**
 * What becomes of a participant's seat when its socket ends for this reason; undefined: by the network, or without a code of
 * this protocol (PROTOCOL section 6, column "seat").
 */
export function seatAfter(reason: CloseReason | undefined): 'held' | 'given up' | 'stays' {
  if (reason === 'taken-over') return 'stays';
  return reason === undefined || held.has(reason) ? 'held' : 'given up';
}

/** The reason that a close code stands for; undefined when it is none of this protocol's (1006: none at all came). */
export function reasonOf(code: number): CloseReason | undefined {
  return (Object.keys(closeCodes) as CloseReason[]).find((reason) => closeCodes[reason] === code);
}
