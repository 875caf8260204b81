import type { SendingSession } from '../../../src/client/call/own-source.ts';
import { Store } from '../../../src/client/call/store.ts';
import type { VideoCodec } from '../../../src/client/encryption/messages.ts';
import type { SendOptions } from '../../../src/client/media/media.ts';
import { kindOf, type Source } from '../../../src/shared/identity/source.ts';

/** A track that is live until it is stopped. */
export class FakeTrack extends EventTarget {
  enabled = true;
  contentHint = '';
  readyState: 'live' | 'ended' = 'live';
  stop(): void {
    this.readyState = 'ended';
  }
  /** As when the device is unplugged. */
  unplug(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
  get asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

/** Writes down what it is told, in order. */
export class FakeSession implements SendingSession {
  readonly heard: string[] = [];
  readonly videoCodec = new Store<VideoCodec>('vp8');
  refusal: Error | undefined;

  capture(source: Source, on: boolean): void {
    this.heard.push(`capture ${source} ${on ? 'on' : 'off'}`);
  }

  mute(muted: boolean): void {
    this.heard.push(muted ? 'mute' : 'unmute');
  }

  send(source: Source, _: MediaStreamTrack, { codec }: SendOptions): ReturnType<SendingSession['send']> {
    this.heard.push(kindOf(source) === 'audio' ? `send ${source}` : `send ${source} in ${codec}`);
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    return Promise.resolve({
      replaceTrack: () => {
        this.heard.push('replace track');
        return Promise.resolve();
      },
      want: () => Promise.resolve(),
      sound: () => Promise.resolve(undefined),
      close: () => {
        this.heard.push('close');
        return Promise.resolve();
      },
    });
  }
}
