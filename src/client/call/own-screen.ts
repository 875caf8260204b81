import { captureScreen, defaultScreenHeight } from './devices.ts';
import { OwnSourceControl, type SendingSession } from './own-source.ts';
import type { OwnSource, TurnOnOptions } from './types.ts';

/** One's own screen: a picture and, if there is one, its sound. Two streams of their own; the sound ends with the picture. */
export class OwnScreen implements OwnSource {
  readonly #picture: OwnSourceControl;
  readonly #sound: OwnSourceControl;
  /** Of the screen that was captured last, until it is sent. */
  #captured: MediaStreamTrack | undefined;

  constructor(take: typeof captureScreen = captureScreen) {
    this.#picture = new OwnSourceControl('screen', async (options) => {
      const { picture, sound } = await take(options);
      hint(picture, options);
      this.#captured = sound;
      return picture;
    });
    this.#sound = new OwnSourceControl('screen-audio', () =>
      Promise.reject(new Error('a sound comes with its picture')),
    );
    // However it ends: by us, by the browser's own button, or because it cannot be sent.
    this.#picture.state.subscribe((state) => {
      if (state === 'off') this.#endSound();
    });
  }

  get state(): OwnSource['state'] {
    return this.#picture.state;
  }

  get track(): OwnSource['track'] {
    return this.#picture.track;
  }

  async turnOn(options: TurnOnOptions = {}): Promise<void> {
    if (options.track !== undefined) {
      this.#endSound(); // it is of what was shown before
      hint(options.track, options);
    }
    await this.#picture.turnOn({ maxHeight: defaultScreenHeight, ...options });
    const sound = this.#captured;
    if (sound === undefined) return;
    this.#captured = undefined;
    sound.contentHint = 'music';
    await this.#sound.turnOn({ track: sound }).catch(() => undefined); // the picture alone is better than nothing
  }

  turnOff(): Promise<void> {
    return this.#picture.turnOff();
  }

  async attach(session: SendingSession | undefined): Promise<void> {
    await Promise.all([this.#picture.attach(session), this.#sound.attach(session)]);
  }

  end(): void {
    this.#picture.end();
    this.#sound.end();
  }

  #endSound(): void {
    this.#captured?.stop();
    this.#captured = undefined;
    this.#sound.turnOff().catch(() => undefined); // not there, or gone with its session
  }
}

/** Before it is sent: the browser chooses by it how to encode (W3C MediaStreamTrack Content Hints). */
function hint(picture: MediaStreamTrack, { content = 'detail' }: TurnOnOptions): void {
  picture.contentHint = content;
}
