import type { Source } from '../../../src/shared/identity/source.ts';
import { kindOf } from '../../../src/shared/identity/source.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import type { Opened } from '../../../src/client/encryption/keys/received-keys.ts';
import type { FrameCodec } from '../../../src/client/encryption/messages.ts';
import type { Seat } from '../../support/fake-relay.ts';
import { known } from '../../support/insider.ts';

/** A frame that a seat seals now, as the router gets it. */
export async function sealedBy(seat: Seat, source: Source = 'camera'): Promise<Bytes> {
  const frame = new Uint8Array(60).fill(9).fill(1, 0, 1);
  return known(await seat.group.sending.seal(source, codecOf(source), frame, seat.clock.nowMs()));
}

/** What comes of a frame that is served to a seat as `source` of another. */
export async function outcomeAt(
  seat: Seat,
  from: Seat,
  frame: Bytes,
  source: Source = 'camera',
): Promise<Opened['outcome']> {
  const keys = known(seat.group.receiving(from.id));
  return (await keys.open(source, codecOf(source), frame, seat.clock.nowMs())).outcome;
}

export function capture(seat: Seat, source: Source, on = true): void {
  seat.group.handle({ type: 'capture', source, on });
}

function codecOf(source: Source): FrameCodec {
  return kindOf(source) === 'audio' ? 'opus' : 'vp8';
}
