import { expect, test } from 'vitest';
import { OwnStreams } from '../../../src/client/call/own-streams.ts';
import type { Sending } from '../../../src/client/media/media.ts';
import type { Layers } from '../../../src/client/media/svc.ts';

function stream() {
  const wanted: (Layers | null)[] = [];
  const sending: Sending = {
    replaceTrack: () => Promise.resolve(),
    want: (layers) => {
      wanted.push(layers);
      return Promise.resolve();
    },
    sound: () => Promise.resolve({ energy: 1, seconds: 2 }),
    close: () => Promise.resolve(),
  };
  return { sending, wanted };
}

test('what the router says of a source goes to its stream, and to one that begins only after', () => {
  const own = new OwnStreams();
  const camera = stream();
  own.wanted('camera', null);
  own.add('camera', camera.sending);
  own.wanted('camera', { spatial: 2, temporal: 2 });
  expect(camera.wanted).toEqual([null, { spatial: 2, temporal: 2 }]);
});

test('what was said of a stream that has ended says nothing of the next', async () => {
  const own = new OwnStreams();
  const [first, second] = [stream(), stream()];
  const sending = own.add('camera', first.sending);
  own.wanted('camera', null);
  await sending.close();
  own.add('camera', second.sending);
  expect(second.wanted).toEqual([]);
});

test('a source that is off makes no sound', async () => {
  const own = new OwnStreams();
  expect(await own.sound('microphone')).toBeUndefined();
  const sending = own.add('microphone', stream().sending);
  expect(await own.sound('microphone')).toEqual({ energy: 1, seconds: 2 });
  await sending.close();
  expect(await own.sound('microphone')).toBeUndefined();
});
