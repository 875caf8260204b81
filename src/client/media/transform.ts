import { CallError } from '../call/call-error.ts';
import type { TransformOptions } from '../encryption/messages.ts';

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

  /** To be called in the very task that made `end`, before anything is negotiated for it (ENCRYPTION "Fail closed"). */
  place(end: Transformable, options: TransformOptions): void {
    const transform = new RTCRtpScriptTransform(this.#worker, options);
    end.transform = transform;
    this.#placed.set(end, transform);
  }

  /** Throws CallError `browser-cannot-encrypt` unless `end` runs through the transform that was placed on it. */
  verify(end: Transformable | undefined): void {
    const placed = end === undefined ? undefined : this.#placed.get(end);
    if (placed === undefined || end?.transform !== placed) throw new CallError('browser-cannot-encrypt');
  }
}
