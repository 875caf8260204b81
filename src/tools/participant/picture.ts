import type { Colour } from '../call/harness-api.ts';

/** A moving picture with `colour` in its middle, drawn as often as asked, whether or not anybody looks at the tab. */
export function movingPicture(colour: Colour, height: number, framesPerSecond: number): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.height = height;
  canvas.width = Math.round((height * 16) / 9 / 2) * 2;
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
