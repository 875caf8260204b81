import type { Page } from 'puppeteer-core';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import type { Colour } from '../../src/tools/call/harness-api.ts';

/** What a decoder made of some video frames: the mean colour in the middle of each picture. */
export async function decodeVideo(page: Page, frames: readonly Uint8Array[]): Promise<readonly Colour[]> {
  return page.evaluate(async (encoded) => {
    const colours: [number, number, number][] = [];
    const canvas = new OffscreenCanvas(8, 8).getContext('2d', { willReadFrequently: true });
    let failed = (): void => undefined;
    const make = (): VideoDecoder => {
      const decoder = new VideoDecoder({
        error: () => {
          failed();
        },
        output: (frame) => {
          const { codedWidth: width, codedHeight: height } = frame;
          canvas?.drawImage(frame, width * 0.4, height * 0.4, width * 0.2, height * 0.2, 0, 0, 8, 8);
          frame.close();
          const data = canvas?.getImageData(0, 0, 8, 8).data ?? new Uint8ClampedArray();
          const mean = (offset: number): number =>
            data.filter((_, index) => index % 4 === offset).reduce((sum, level) => sum + level, 0) / 64;
          colours.push([mean(0), mean(1), mean(2)]);
        },
      });
      decoder.configure({ codec: 'vp8' });
      return decoder;
    };
    let decoder = make();
    for (const [index, text] of encoded.entries()) {
      const data = Uint8Array.fromBase64(text, { alphabet: 'base64url' });
      const type = (data[0] ?? 0) % 2 === 0 ? 'key' : 'delta';
      if (decoder.state === 'closed') decoder = make(); // it gave up on the frame before
      const taken = new Promise<void>((resolve) => {
        failed = resolve;
        decoder.ondequeue = () => {
          resolve();
        };
      });
      try {
        decoder.decode(new EncodedVideoChunk({ type, timestamp: index * 66_000, data }));
        await taken;
      } catch {
        // a new decoder begins with a key frame; this was none
      }
    }
    await decoder.flush().catch(() => undefined);
    return colours;
  }, frames.map(toBase64Url));
}

/** What share of the energy that a decoder made of some Opus frames is at `hertz`, 0 to 1; 0 when it made nothing. */
export async function decodeTone(page: Page, frames: readonly Uint8Array[], hertz: number): Promise<number> {
  return page.evaluate(
    async (encoded, frequency) => {
      const samples: number[] = [];
      const make = (): AudioDecoder => {
        const decoder = new AudioDecoder({
          error: () => undefined,
          output: (data) => {
            const plane = new Float32Array(data.numberOfFrames);
            data.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
            data.close();
            samples.push(...plane);
          },
        });
        decoder.configure({ codec: 'opus', sampleRate: 48_000, numberOfChannels: 2 });
        return decoder;
      };
      let decoder = make();
      for (const [index, text] of encoded.entries()) {
        if (decoder.state === 'closed') decoder = make(); // it gave up on a frame before
        const data = Uint8Array.fromBase64(text, { alphabet: 'base64url' });
        decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: index * 20_000, data }));
      }
      await decoder.flush().catch(() => undefined);
      // The energy at one frequency over blocks of 0.1 s (a discrete Fourier transform of one bin), so that no phase jump matters.
      const block = 4_800;
      let at = 0;
      let all = 0;
      for (let start = 0; start + block <= samples.length; start += block) {
        let [cosine, sine] = [0, 0];
        for (let index = 0; index < block; index += 1) {
          const sample = samples[start + index] ?? 0;
          cosine += sample * Math.cos((2 * Math.PI * frequency * index) / 48_000);
          sine += sample * Math.sin((2 * Math.PI * frequency * index) / 48_000);
          all += sample * sample;
        }
        at += (2 * (cosine * cosine + sine * sine)) / block;
      }
      return all === 0 ? 0 : at / all;
    },
    frames.map(toBase64Url),
    hertz,
  );
}
