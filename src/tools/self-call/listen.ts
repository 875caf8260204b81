import { randomBytes } from 'node:crypto';
import { tagLength } from '../../client/encryption/frames/frame-key.ts';
import { keyLength } from '../../client/encryption/keys/derive.ts';
import { ReceivedKeys } from '../../client/encryption/keys/received-keys.ts';
import { timingFor } from '../../client/encryption/keys/timing.ts';
import { hearSealed, keyNamedBy } from '../peers/hear-sealed.ts';
import type { NodeMedia } from '../peers/node-media.ts';
import type { NodeParticipant } from '../peers/node-participant.ts';
import { SealedSender } from '../peers/sealed-sender.ts';

/** Frames that have to open at the far side, one each 60 ms. More measure the delay better and make a call longer. */
const frames = 10;
/** A frame of sound with nothing in it, as large as one of Opus at the bitrate that the client has it use. */
const recording = { sound: [new Uint8Array(240)], picture: [] };

/** The two of a call, who have keys of each other. */
interface Two {
  readonly speaker: NodeParticipant;
  readonly speakersMedia: NodeMedia;
  readonly listener: NodeParticipant;
  readonly listenersMedia: NodeMedia;
}

/** What was heard: the time of the first frame that opened, in ms of `performance.now`, and each frame's time on its way, in seconds. */
export interface Heard {
  readonly firstMs: number;
  readonly delays: readonly number[];
  /** The first frame opened with a key that is not the speaker's, too. */
  readonly openedWithWrongKey: boolean;
}

/** One speaks and the other listens, until enough frames have opened. What sends goes on until `stack` is disposed. */
export async function listen(
  stack: AsyncDisposableStack,
  { speaker, speakersMedia, listener, listenersMedia }: Two,
): Promise<Heard> {
  const sentMs = new Map<string, number>();
  // Its tag (ENCRYPTION "Frame"), which no other frame has.
  const nameOf = (frame: Uint8Array): string => Buffer.from(frame.subarray(-tagLength)).toString('latin1');
  const sends = (frame: Uint8Array): void => {
    sentMs.set(nameOf(frame), performance.now());
  };
  stack.use(await SealedSender.open('microphone', speaker, speakersMedia, recording, sends));
  const { promise, resolve } = Promise.withResolvers<Heard>();
  const delays: number[] = [];
  let first: { readonly frame: Uint8Array; readonly openedMs: number } | undefined;
  const finish = async ({ frame, openedMs }: NonNullable<typeof first>): Promise<void> => {
    resolve({ firstMs: openedMs, delays, openedWithWrongKey: await opensWithWrongKey(frame) });
  };
  await hearSealed(listener, listenersMedia, speaker.id, (frame, { outcome }, cameMs) => {
    const leftMs = sentMs.get(nameOf(frame));
    if (outcome !== 'opened' || leftMs === undefined || delays.length === frames) return;
    first ??= { frame, openedMs: performance.now() };
    if (delays.push((cameMs - leftMs) / 1_000) === frames) void finish(first);
  });
  return promise;
}

/** Whether a frame of sound opens with a random key in the place of its sender's: then nothing of what was heard shows anything. */
async function opensWithWrongKey(frame: Uint8Array): Promise<boolean> {
  const named = keyNamedBy(frame);
  if (named === undefined) return true;
  const keys = new ReceivedKeys({ callBinding: random(), timing: timingFor(2) });
  const nowMs = performance.now();
  keys.take({ ...named, key: random(), next: undefined }, nowMs);
  keys.setCapturing('microphone', true);
  return (await keys.open('microphone', 'opus', frame, nowMs)).outcome === 'opened';
}

function random(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(keyLength));
}
