import type { Participant } from '../../client/index.ts';
import type { Colour } from '../call/harness-api.ts';

/** Side of the square that is looked at, in pixels. */
const side = 8;

/** Shows every participant's camera somewhere out of sight, and tells the colour in the middle of the latest frame. */
export class Probe {
  readonly #shown = new Map<string, { video: HTMLVideoElement; name: string | undefined; attached: Disposable }>();
  readonly #context: CanvasRenderingContext2D;
  /** Of what is shown, in CSS pixels. */
  #height = 36;

  constructor() {
    const canvas = new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true });
    if (canvas === null) throw new Error('no canvas');
    this.#context = canvas as unknown as CanvasRenderingContext2D;
  }

  /** Follows who is there. */
  update(participants: readonly Participant[]): void {
    const present = new Set(participants.map(({ id }) => id));
    for (const [id, { video, attached }] of this.#shown)
      if (!present.has(id)) {
        attached[Symbol.dispose]();
        video.remove();
        this.#shown.delete(id);
      }
    for (const { id, name, camera } of participants) {
      const shown = this.#shown.get(id);
      if (shown !== undefined) {
        shown.name = name;
        continue;
      }
      const video = document.createElement('video');
      video.muted = true;
      this.#size(video);
      document.body.append(video);
      this.#shown.set(id, { video, name, attached: camera.attach(video) });
    }
  }

  /** Shows everybody at this height, in CSS pixels, from now on. */
  setHeight(pixels: number): void {
    this.#height = pixels;
    for (const { video } of this.#shown.values()) this.#size(video);
  }

  #size(video: HTMLVideoElement): void {
    video.height = this.#height;
    video.width = Math.round((this.#height * 16) / 9);
  }

  colourOf(name: string): Colour | undefined {
    const shown = [...this.#shown.values()].find((entry) => entry.name === name);
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
