import { picturesPerSecond, soundMs } from '../peers/recording.ts';

/** Of a recorded sound and picture, in ms. */
const lengthMs = 2_400;

/** Something to hear and to see, made by this browser's encoders (`Recording`), as base64. */
export async function recorded(): Promise<{ sound: string[]; picture: string[] }> {
  const text = (chunk: EncodedAudioChunk | EncodedVideoChunk): string => {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    return btoa(String.fromCharCode(...bytes));
  };
  const fail = (error: Error): never => {
    throw error;
  };
  const rate = 48_000;
  const sound: string[] = [];
  const voice = new AudioEncoder({ output: (chunk) => sound.push(text(chunk)), error: fail });
  voice.configure({
    codec: 'opus',
    sampleRate: rate,
    numberOfChannels: 1,
    bitrate: 32_000,
    bitrateMode: 'constant',
    opus: { frameDuration: soundMs * 1_000 },
  });
  const samples = Float32Array.from({ length: (rate * lengthMs) / 1_000 }, (_, index) => {
    const isSyllable = Math.floor((index / rate) * 6) % 2 === 0;
    return isSyllable ? 0.3 * Math.sin((index / rate) * 2 * Math.PI * 330) : 0;
  });
  const at = { format: 'f32', sampleRate: rate, numberOfChannels: 1, timestamp: 0 } as const;
  voice.encode(new AudioData({ ...at, numberOfFrames: samples.length, data: samples }));
  await voice.flush();

  const [width, height] = [320, 180];
  const picture: string[] = [];
  const camera = new VideoEncoder({ output: (chunk) => picture.push(text(chunk)), error: fail });
  camera.configure({ codec: 'vp8', width, height, bitrate: 100_000, framerate: picturesPerSecond });
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) throw new Error('no canvas');
  for (let number = 0; number < (lengthMs / 1_000) * picturesPerSecond; number += 1) {
    context.fillStyle = '#345';
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#fb3';
    context.fillRect(number * 20, 40, 60, 100);
    const frame = new VideoFrame(context.canvas, { timestamp: (number * 1e6) / picturesPerSecond });
    camera.encode(frame, { keyFrame: number === 0 });
    frame.close();
  }
  await camera.flush();
  return { sound, picture };
}
