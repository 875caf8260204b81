import type { Page } from 'puppeteer-core';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import type { VideoCodec } from '../../src/client/encryption/messages.ts';
import type { Colour } from '../../src/tools/call/harness-api.ts';

/** What WebCodecs calls our video codecs: the profile that we use, at a level that is enough. */
const webCodecs: Readonly<Record<VideoCodec, string>> = { vp8: 'vp8', vp9: 'vp09.00.30.08', av1: 'av01.0.04M.08' };

/** What a decoder made of some video frames, of which the first is a key frame: the mean colour in the middle of each picture. */
export async function decodeVideo(
  page: Page,
  codec: VideoCodec,
  frames: readonly Uint8Array[],
): Promise<readonly Colour[]> {
  return page.evaluate(
    async (encoded, name) => {
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
        decoder.configure({ codec: name });
        return decoder;
      };
      let decoder = make();
      let type: 'key' | 'delta' = 'key';
      for (const [index, text] of encoded.entries()) {
        const data = Uint8Array.fromBase64(text, { alphabet: 'base64url' });
        if (decoder.state === 'closed') {
          decoder = make(); // it gave up on the frame before; a new one takes a key frame only, so let it try
          type = 'key';
        }
        const taken = new Promise<void>((resolve) => {
          failed = resolve;
          decoder.ondequeue = () => {
            resolve();
          };
        });
        try {
          decoder.decode(new EncodedVideoChunk({ type, timestamp: index * 66_000, data }));
          await taken;
          type = 'delta';
        } catch {
          // a new decoder begins with a key frame; this was none
        }
      }
      await decoder.flush().catch(() => undefined);
      return colours;
    },
    frames.map(toBase64Url),
    webCodecs[codec],
  );
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
