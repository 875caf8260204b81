import { kindOf } from '../../../shared/identity/source.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import type { Clock } from '../../../shared/support/clock.ts';
import { unreachable } from '../../../shared/support/unreachable.ts';
import { frameRules } from '../frames/frame-rules.ts';
import { markMuted, readMuted } from '../frames/mute-mark.ts';
import { OpusPadding } from '../frames/opus-padding.ts';
import type { ReceivedKeys } from '../keys/received-keys.ts';
import type { SendingKey } from '../keys/sending-key.ts';
import type { StreamStatistics, TransformOptions, TransformStart } from '../messages.ts';
import { KeyFrameHelp } from './key-frame-help.ts';
import { StreamCounter } from './stream-counter.ts';

/** What is used of an RTCRtpScriptTransformer. */
export interface Transformer {
  readonly options: unknown;
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
  /** Not in every browser. */
  sendKeyFrameRequest?(): Promise<unknown>;
}

/** What is used of an RTCEncodedVideoFrame or RTCEncodedAudioFrame. */
export interface EncodedFrame {
  data: ArrayBuffer;
}

/** Where the keys are; undefined before `start` and for peers without a key. */
export interface Keys {
  readonly sending: Pick<SendingKey, 'seal'> | undefined;
  receiving(participant: string): Pick<ReceivedKeys, 'open'> | undefined;
  /** Whether our own microphone is muted. */
  readonly muted: boolean;
  /** Whether a participant's is, as a frame of theirs said that has opened. */
  heard(participant: string, muted: boolean): void;
}

/** One frame's bytes on their way; undefined: nothing comes out. */
type Step = (frame: Uint8Array) => Promise<Bytes | undefined>;

/**
 * The encoded transforms of one call. What goes in comes out sealed (or opened) or not at all, whatever fails
 * (ENCRYPTION "Fail closed"): the only bytes ever written are those that sealing or opening has made.
 */
export class Transforms {
  readonly #keys: Keys;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #counters = new Map<string, StreamCounter>();

  constructor(keys: Keys, clock: Pick<Clock, 'nowMs'>) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /** Takes a new transform into service until its stream ends, and says so at once; never rejects. Its options are of our own page's side. */
  async attach(transformer: Transformer): Promise<void> {
    try {
      const { stream, attached } = transformer.options as TransformStart;
      const ended = pass(transformer, this.#stepOf(stream, transformer));
      attached.postMessage(undefined);
      await ended;
    } catch {
      // The sender or receiver is gone, or its options are unknown: no frame is written.
    }
  }

  /** Of every stream that a receiving transform was made for. */
  get statistics(): StreamStatistics[] {
    return [...this.#counters.values()].map((counter) => counter.statistics);
  }

  #stepOf(options: TransformOptions, transformer: Transformer): Step {
    switch (options.direction) {
      case 'send': {
        const { source, codec } = options;
        const padding = codec === 'opus' ? new OpusPadding() : undefined;
        return async (frame) => {
          const muted = source === 'microphone' && this.#keys.muted;
          const plain = padding === undefined ? frame : markMuted(padding.pad(frame), muted);
          return this.#keys.sending?.seal(source, codec, plain, this.#clock.nowMs());
        };
      }
      case 'receive':
        return this.#receive(options, transformer);
      default:
        return unreachable(options);
    }
  }

  #receive(options: Extract<TransformOptions, { direction: 'receive' }>, transformer: Transformer): Step {
    const { participant, source, codec } = options;
    const counter = this.#counter(options);
    const help = kindOf(source) === 'video' ? new KeyFrameHelp() : undefined;
    return async (frame) => {
      const nowMs = this.#clock.nowMs();
      const opened = await this.#keys.receiving(participant)?.open(source, codec, frame, nowMs);
      const outcome = opened?.outcome ?? 'undecryptable';
      counter.count(outcome, nowMs);
      if (opened?.outcome !== 'opened') {
        if (outcome !== 'replayed') help?.lost();
        return undefined;
      }
      if (help?.came(frameRules[codec].isKeyFrame(opened.frame), nowMs) === true)
        transformer.sendKeyFrameRequest?.().catch(() => undefined);
      if (codec !== 'opus') return opened.frame;
      const { packet, muted } = readMuted(opened.frame);
      if (source === 'microphone') this.#keys.heard(participant, muted);
      return packet;
    };
  }

  #counter({ participant, source }: Extract<TransformOptions, { direction: 'receive' }>): StreamCounter {
    const name = `${participant} ${source}`;
    const counter = this.#counters.get(name) ?? new StreamCounter(participant, source);
    this.#counters.set(name, counter);
    return counter;
  }
}

/**
 * Frame after frame, each when the one before is through, until the stream ends. A pipe of streams would do the same, and takes
 * the worker more of a processor (measured).
 */
async function pass({ readable, writable }: Transformer, step: Step): Promise<void> {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  for (;;) {
    const { done, value: frame } = await reader.read();
    if (done) return writer.close();
    const bytes = await attempt(step, frame);
    if (bytes === undefined) continue;
    frame.data = bytes.buffer;
    await writer.write(frame);
  }
}

/** Undefined when it fails: the frame is dropped, and the stream goes on with the next one. */
async function attempt(step: Step, frame: EncodedFrame): Promise<Bytes | undefined> {
  try {
    return await step(new Uint8Array(frame.data));
  } catch {
    return undefined;
  }
}
