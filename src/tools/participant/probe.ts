import type { Participant, RemoteVideo } from '../../client/index.ts';
import type { Colour } from '../call/harness-api.ts';

/** Side of the square that is looked at, in pixels. */
const side = 8;
/** Of all videos beside each other, in CSS pixels. */
const stageWidth = 640;

/** Has every participant's camera and screen in its page, as high as is wanted, and tells the colour in the middle of the latest frame. */
export class Probe {
  readonly #shown = new Map<string, { video: HTMLVideoElement; name: string | undefined; attached: Disposable }>();
  readonly #context: CanvasRenderingContext2D;
  #height = 0;

  constructor() {
    const canvas = new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true });
    if (canvas === null) throw new Error('no canvas');
    this.#context = canvas as unknown as CanvasRenderingContext2D;
  }

  /** How high the videos of the participant of this name are shown, or everybody's, also of those who come; in pixels; 0: nowhere. */
  show(height: number, name?: string): void {
    if (name === undefined) this.#height = height;
    for (const shown of this.#shown.values()) if (name === undefined || shown.name === name) place(shown.video, height);
  }

  /** Puts all that is on beside each other, to be seen, with whose it is. Answers with the size of it all in CSS pixels, once painted. */
  async showAll(): Promise<{ width: number; height: number }> {
    const on = [...this.#shown].filter(([, { video }]) => video.srcObject !== null && video.videoWidth > 0);
    const columns = Math.max(1, Math.ceil(Math.sqrt(on.length)));
    const cell = { width: stageWidth / columns, height: (stageWidth / columns / 16) * 9 };
    for (const [index, [key, { video, name }]] of on.entries()) {
      const left = (index % columns) * cell.width;
      const top = Math.floor(index / columns) * cell.height;
      place(video, cell.height);
      Object.assign(video.style, { left: `${left}px`, top: `${top}px`, visibility: 'visible' });
      const label = document.createElement('div');
      label.textContent = key.endsWith(' screen') ? `${name ?? '?'}'s screen` : (name ?? '?');
      const font = { font: '600 20px system-ui, sans-serif', color: '#fff', background: '#000b' };
      Object.assign(label.style, {
        position: 'fixed',
        left: `${left}px`,
        top: `${top}px`,
        padding: '2px 8px',
        ...font,
      });
      document.body.append(label);
    }
    const painted = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    await painted();
    await painted();
    return { width: stageWidth, height: Math.max(1, Math.ceil(on.length / columns)) * cell.height };
  }

  /** Follows who is there. */
  update(participants: readonly Participant[]): void {
    const present = new Set(participants.flatMap(({ id }) => [`${id} camera`, `${id} screen`]));
    for (const [key, { video, attached }] of this.#shown)
      if (!present.has(key)) {
        attached[Symbol.dispose]();
        video.remove();
        this.#shown.delete(key);
      }
    for (const { id, name, camera, screen } of participants) {
      this.#have(`${id} camera`, name, camera);
      this.#have(`${id} screen`, name, screen);
    }
  }

  #have(key: string, name: string | undefined, shows: RemoteVideo): void {
    const shown = this.#shown.get(key);
    if (shown !== undefined) {
      shown.name = name;
      return;
    }
    const video = document.createElement('video');
    video.muted = true;
    place(video, this.#height);
    document.body.append(video);
    this.#shown.set(key, { video, name, attached: shows.attach(video) });
  }

  colourOf(name: string): Colour | undefined {
    const [, shown] = [...this.#shown].find(([key, entry]) => entry.name === name && key.endsWith(' camera')) ?? [];
    if (shown === undefined || shown.video.videoWidth === 0) return undefined;
    const { videoWidth, videoHeight } = shown.video;
    const from = Math.min(videoWidth, videoHeight) / 8;
    this.#context.drawImage(
      shown.video,
      videoWidth / 2 - from,
      videoHeight / 2 - from,
      from * 2,
      from * 2,
      0,
      0,
      side,
      side,
    );
    const { data } = this.#context.getImageData(0, 0, side, side);
    const mean = (offset: number): number =>
      data.filter((_, index) => index % 4 === offset).reduce((sum, level) => sum + level, 0) / (side * side);
    return [mean(0), mean(1), mean(2)];
  }
}

/** One over the other, not painted: that would cost the more the more tabs there are. */
function place({ style }: HTMLVideoElement, height: number): void {
  Object.assign(style, {
    position: 'fixed',
    top: '0',
    left: '0',
    width: `${(height * 16) / 9}px`,
    height: `${height}px`,
    visibility: 'hidden',
  });
}
