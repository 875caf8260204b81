import { CallError } from '../call/call-error.ts';
import type { TransformOptions, TransformStart } from '../encryption/messages.ts';

/** What has a place for an encoded transform: an RTCRtpSender or an RTCRtpReceiver. */
export interface Transformable {
  transform: RTCRtpScriptTransform | null;
}

/** Whether this browser can encrypt media before it leaves (W3C WebRTC Encoded Transform). */
export function canEncrypt(): boolean {
  return typeof RTCRtpScriptTransform !== 'undefined';
}

/** Puts transforms of one encryption worker in place, and proves that they are. */
export class Transforms {
  readonly #worker: Worker;
  readonly #placed = new WeakMap<Transformable, RTCRtpScriptTransform>();

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  /**
   * A new transform, once the worker has it; never, if the worker has died. No sender or receiver may be made for it before:
   * a frame that comes too early stops the worker for ever in Firefox 140 (ENCRYPTION "Fail closed").
   */
  async make(stream: TransformOptions): Promise<RTCRtpScriptTransform> {
    const { port1, port2 } = new MessageChannel();
    const { promise: attached, resolve } = Promise.withResolvers<unknown>();
    port1.onmessage = resolve;
    const start: TransformStart = { stream, attached: port2 };
    const transform = new RTCRtpScriptTransform(this.#worker, start, [port2]);
    await attached;
    port1.close();
    return transform;
  }

  /** To be called in the very task that made `end`, before anything is negotiated for it (ENCRYPTION "Fail closed"). */
  place(end: Transformable, transform: RTCRtpScriptTransform): void {
    end.transform = transform;
    this.#placed.set(end, transform);
  }

  /** Throws CallError `browser-cannot-encrypt` unless `end` runs through the transform that was placed on it. */
  verify(end: Transformable | undefined): void {
    const placed = end === undefined ? undefined : this.#placed.get(end);
    if (placed === undefined || end?.transform !== placed) throw new CallError('browser-cannot-encrypt');
  }
}
