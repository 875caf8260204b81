import { randomBytes } from 'node:crypto';
import { kindOf, sources, type Source } from '../../../src/shared/identity/source.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { decodeHeader } from '../../../src/client/encryption/frames/header.ts';
import { frameRules } from '../../../src/client/encryption/frames/frame-rules.ts';
import { fromKid } from '../../../src/client/encryption/keys/derive.ts';
import { ReceivedKeys, type Opened } from '../../../src/client/encryption/keys/received-keys.ts';
import { SendingKey } from '../../../src/client/encryption/keys/sending-key.ts';
import { timingFor } from '../../../src/client/encryption/keys/timing.ts';
import type { FrameCodec } from '../../../src/client/encryption/messages.ts';

export const callBinding = new Uint8Array(32).fill(7);
export const timing = timingFor(3);

export function codecOf(source: Source): FrameCodec {
  return kindOf(source) === 'audio' ? 'opus' : 'vp8';
}

export function makeSender(): SendingKey {
  return new SendingKey({ random: (length) => new Uint8Array(randomBytes(length)), callBinding, timing });
}

/** Someone whose peer has all sources on. */
export function makeReceiver(): ReceivedKeys {
  const receiver = new ReceivedKeys({ callBinding, timing });
  for (const source of sources) receiver.setCapturing(source, true);
  return receiver;
}

/** A sender whose key each of `receivers` was given. */
export function makeSenderFor(...receivers: ReceivedKeys[]): SendingKey {
  const sender = makeSender();
  const body = sender.handOver(0);
  sender.setPeers(receivers.length);
  for (const receiver of receivers) receiver.take(body, 0);
  return sender;
}

/** A frame of 40 bytes that starts as a delta frame does; told apart by `mark`. */
export function makeFrame(mark = 0): Bytes {
  return new Uint8Array(40).fill(mark).fill(1, 0, 1);
}

/** Seals a frame that has to be sealed. */
export async function seal(sender: SendingKey, source: Source, nowMs = 0, frame = makeFrame()): Promise<Bytes> {
  const sealed = await sender.seal(source, codecOf(source), frame, nowMs);
  if (sealed === undefined) throw new Error('the frame was dropped');
  return sealed;
}

export function open(receiver: ReceivedKeys, source: Source, frame: Uint8Array, nowMs = 0): Promise<Opened> {
  return receiver.open(source, codecOf(source), frame, nowMs);
}

export async function outcome(
  receiver: ReceivedKeys,
  source: Source,
  frame: Uint8Array,
  nowMs = 0,
): Promise<Opened['outcome']> {
  return (await open(receiver, source, frame, nowMs)).outcome;
}

/** What the router can read off a sealed frame. */
export function headerOf(source: Source, frame: Uint8Array): { chain: number; step: number; counter: number } {
  const header = decodeHeader(frameRules[codecOf(source)].take(frame)?.sealed ?? new Uint8Array());
  const named = header && fromKid(header.kid);
  if (named === undefined) throw new Error('no header');
  return { ...named, counter: Number(header?.counter) };
}
