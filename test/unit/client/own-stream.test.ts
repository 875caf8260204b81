import { expect, test } from 'vitest';
import { OwnStream, type Outgoing } from '../../../src/client/call/own-stream.ts';
import type { Media, SendOptions, Sending } from '../../../src/client/media/media.ts';
import { CodedError } from '../../../src/shared/protocol/errors.ts';
import { settle } from './fake-clock.ts';

const track = {} as MediaStreamTrack;
const other = {} as MediaStreamTrack;

/** Media that note what is sent by them; the first `refusals` times they refuse with that code. */
function media(name: string, log: string[], refusals: readonly string[] = []): Promise<Pick<Media, 'send'>> {
  const left = [...refusals];
  const send = (_: unknown, sent: MediaStreamTrack, { layers }: SendOptions): Promise<Sending> => {
    const code = left.shift();
    const atFirst = layers === undefined ? '' : `, at first ${layers?.spatial ?? 'nothing'}`;
    log.push(`${name} sends ${sent === track ? 'track' : 'other'}${atFirst}`);
    if (code !== undefined) return Promise.reject(new CodedError(code));
    const sending: Sending = {
      replaceTrack: (next) =>
        Promise.resolve(void log.push(`${name} replaces by ${next === track ? 'track' : 'other'}`)),
      want: (layers) => Promise.resolve(void log.push(`${name} wants ${layers?.spatial ?? 'nothing'}`)),
      sound: () => Promise.resolve(undefined),
      close: () => Promise.resolve(void log.push(`${name} closes`)),
    };
    return Promise.resolve(sending);
  };
  return Promise.resolve({ send });
}

function bench(first: (log: string[]) => Promise<Pick<Media, 'send'>>) {
  const log: string[] = [];
  let renewed = Promise.withResolvers<undefined>();
  const state = { current: first(log) };
  const outgoing: Outgoing = {
    get current() {
      return state.current;
    },
    get renewed() {
      return renewed.promise;
    },
  };
  const renew = (next: Promise<Pick<Media, 'send'>>): void => {
    state.current = next;
    const before = renewed;
    renewed = Promise.withResolvers();
    before.resolve(undefined);
  };
  return { log, renew, stream: new OwnStream(outgoing, 'camera', track, { maxHeight: 720, codec: 'vp8' }) };
}

test('a source goes on by the next media, with the track that it has then and as much of it as was wanted', async () => {
  const { log, renew, stream } = bench((into) => media('first', into));
  await stream.begin();
  await stream.replaceTrack(other);
  await stream.want({ spatial: 1, temporal: 2 });
  renew(media('second', log));
  await stream.begin();
  await stream.close();
  expect(log).toEqual([
    'first sends track',
    'first replaces by other',
    'first wants 1',
    'second sends other, at first 1',
    'second closes',
  ]);
});

test('a source that is refused for want of a media process waits for the next media', async () => {
  const { log, renew, stream } = bench((into) => media('first', into, ['media-renewed']));
  const sent = stream.begin();
  await settle();
  expect(log).toEqual(['first sends track']);
  renew(media('second', log));
  await sent;
  expect(log).toEqual(['first sends track', 'second sends track']);
});

test('what is wanted of a stream that is only beginning is asked of it when it has begun', async () => {
  const held = Promise.withResolvers<undefined>();
  const { log, stream } = bench(async (into) => {
    const { send } = await media('first', into);
    return { send: (...of) => held.promise.then(() => send(...of)) };
  });
  const sent = stream.begin();
  await settle();
  await stream.want(null);
  held.resolve(undefined);
  await sent;
  expect(log).toEqual(['first sends track', 'first wants nothing']);
});

test('a source that is refused for itself is refused', async () => {
  const { stream } = bench((into) => media('first', into, ['source-refused']));
  await expect(stream.begin()).rejects.toThrow('source-refused');
});

test('a source whose media end under it, for whatever reason, goes on by the next', async () => {
  const { log, renew, stream } = bench(() => Promise.reject(new Error('closed')));
  const sent = stream.begin();
  renew(media('second', log));
  await sent;
  expect(log).toEqual(['second sends track']);
});

test('a source that is closed before it is sent is not sent, or closed at once', async () => {
  const { log, renew, stream } = bench((into) => media('first', into, ['media-renewed']));
  const sent = stream.begin();
  await settle();
  await stream.close();
  renew(media('second', log));
  await sent;
  expect(log).toEqual(['first sends track']);
});
