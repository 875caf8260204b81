import type { Colour } from '../call/harness-api.ts';

/**
 * A moving picture with `colour` in its middle, made as often as asked, whether or not anybody looks at the tab. Resolves when the
 * track knows its size.
 */
export async function movingPicture(
  colour: Colour,
  height: number,
  framesPerSecond: number,
): Promise<MediaStreamTrack> {
  const size = { width: Math.round((height * 16) / 9 / 2) * 2, height };
  return 'MediaStreamTrackGenerator' in globalThis
    ? written(new StripedPicture(colour, size), framesPerSecond)
    : drawn(colour, size, framesPerSecond);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Of Chromium's (mediacapture-transform). */
declare const MediaStreamTrackGenerator: new (init: { kind: 'video' }) => MediaStreamTrack & {
  readonly writable: WritableStream<VideoFrame>;
};

/** Frames without a canvas: to draw one of 720 lines and read it back takes 15 ms of the page's own thread (measured), this 1 ms. */
async function written(picture: StripedPicture, framesPerSecond: number): Promise<MediaStreamTrack> {
  const track = new MediaStreamTrackGenerator({ kind: 'video' });
  const writer = track.writable.getWriter();
  const write = (): void => {
    const frame = picture.frame(Math.round(performance.now() * 1_000));
    writer.write(frame).catch(() => {
      frame.close(); // the track has ended
    });
  };
  const timer = setInterval(() => {
    if (track.readyState === 'live') write();
    else clearInterval(timer);
  }, 1_000 / framesPerSecond);
  write();
  while (track.getSettings().height === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
  return track;
}

/** How many stripes there are, and how far they move from frame to frame, in pixels of 720 lines. */
const stripes = 8;
const step = 4;
/** What television has for luma and chroma (ITU-R BT.601, 8 bits): luma from 16, chroma around 128. */
const colorSpace: VideoColorSpaceInit = {
  primaries: 'smpte170m',
  transfer: 'smpte170m',
  matrix: 'smpte170m',
  fullRange: false,
};

/** Stripes that move sideways and become lighter and darker, each in its time, with one colour in the middle. */
class StripedPicture {
  readonly #size: Size;
  readonly #luma: number;
  readonly #planes: Uint8Array<ArrayBuffer>;
  #frames = 0;

  constructor([red, green, blue]: Colour, size: Size) {
    const { width, height } = size;
    this.#size = size;
    this.#luma = 16 + 0.257 * red + 0.504 * green + 0.098 * blue;
    const chroma = [128 - 0.148 * red - 0.291 * green + 0.439 * blue, 128 + 0.439 * red - 0.368 * green - 0.071 * blue];
    const half = { width: width / 2, height: height / 2 };
    this.#planes = new Uint8Array(width * height + 2 * half.width * half.height).fill(128, width * height);
    for (const [plane, value] of chroma.entries()) {
      const from = width * height + plane * half.width * half.height;
      inMiddle(half, (start, end) => this.#planes.fill(value, from + start, from + end));
    }
  }

  /** The next one. `timestamp`: in microseconds. */
  frame(timestamp: number): VideoFrame {
    const { width, height } = this.#size;
    const line = this.#stripes();
    this.#frames += 1;
    for (let y = 0; y < height; y += 1) this.#planes.set(line, y * width);
    inMiddle(this.#size, (start, end) => this.#planes.fill(this.#luma, start, end));
    return new VideoFrame(this.#planes, {
      format: 'I420',
      codedWidth: width,
      codedHeight: height,
      timestamp,
      colorSpace,
    });
  }

  /** The luma of one line of the present frame. */
  #stripes(): Uint8Array {
    const { width } = this.#size;
    const line = new Uint8Array(width).fill(40);
    const shift = (this.#frames * step * width) / 1_280;
    for (let index = 0; index < stripes; index += 1) {
      const from = Math.round(((index * width) / stripes + shift) % width);
      line.fill(60 + 2.5 * ((index * 37 + this.#frames * 3) % 60), from, from + width / stripes / 2);
    }
    return line;
  }
}

/** Calls `fill` with where each line of the middle (half the width and half the height) starts and ends. */
function inMiddle({ width, height }: Size, fill: (start: number, end: number) => void): void {
  for (let y = Math.round(height / 4); y < Math.round((height * 3) / 4); y += 1)
    fill(y * width + Math.round(width / 4), y * width + Math.round((width * 3) / 4));
}

/** The same on a canvas, where a browser lets no frames be written. */
function drawn(colour: Colour, { width, height }: Size, framesPerSecond: number): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.height = height;
  canvas.width = width;
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('no canvas');
  let frame = 0;
  const draw = (): void => {
    drawPicture(context, colour, frame);
    frame += 1;
  };
  draw();
  const [track] = canvas.captureStream(framesPerSecond).getVideoTracks();
  if (track === undefined) throw new Error('no track');
  const timer = setInterval(() => {
    if (track.readyState === 'live') draw();
    else clearInterval(timer);
  }, 1_000 / framesPerSecond);
  return track;
}

function drawPicture(context: CanvasRenderingContext2D, colour: Colour, frame: number): void {
  const { width, height } = context.canvas;
  const bar = width / 8;
  context.fillStyle = '#222';
  context.fillRect(0, 0, width, height);
  for (let index = 0; index < 8; index += 1) {
    const lightness = 20 + ((index * 37 + frame * 3) % 60);
    context.fillStyle = `hsl(${(index * 45 + frame * 2) % 360} 60% ${lightness}%)`;
    context.fillRect((index * bar + frame * 4) % width, 0, bar / 2, height);
  }
  context.fillStyle = `rgb(${colour.join(' ')})`;
  context.fillRect(width / 4, height / 4, width / 2, height / 2);
}

/** Sound as a microphone would hear it: a tone of `hertz` that comes and goes like syllables, with silence between. */
export function syllables(hertz: number): MediaStreamTrack {
  const context = new AudioContext();
  const voice = new OscillatorNode(context, { type: 'sawtooth', frequency: hertz });
  const loudness = new GainNode(context, { gain: 0.15 });
  const rhythm = new OscillatorNode(context, { type: 'square', frequency: 3 });
  const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  rhythm.connect(new GainNode(context, { gain: 0.15 })).connect(loudness.gain); // 0 and 0.3 in turn
  voice.connect(loudness).connect(destination);
  voice.start();
  rhythm.start();
  const [track] = destination.stream.getAudioTracks();
  if (track === undefined) throw new Error('no track');
  return track;
}
