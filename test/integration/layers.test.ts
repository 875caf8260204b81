import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import type { NoticeParams } from '../../src/shared/protocol/notices.ts';
import type { Router } from '../../src/server/compose.ts';
import { MediaClient } from '../support/media-client.ts';
import { layerBitrates, SimulcastSender } from '../support/simulcast-sender.ts';
import { testCall, TestClient, type TestCall } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';
import { VideoReceiver } from '../support/video-receiver.ts';

/** More than all of this file's senders together. */
const strong = 50_000_000;

interface Sending {
  readonly id: ParticipantId;
  readonly client: TestClient;
  readonly camera: SimulcastSender;
  readonly media: MediaClient;
}

describe('video over a real media process', () => {
  let router: Router;
  let call: TestCall;
  let address = 0;
  let stack: AsyncDisposableStack;
  const from = (): string => `127.6.1.${(address += 1)}`;
  const receive = async (bitsPerSecond: number): Promise<VideoReceiver> =>
    stack.use(await VideoReceiver.join({ ...router, from: from() }, call, bitsPerSecond));
  /** Somebody who sends a camera, and a microphone beside it. */
  const send = async (bitrates?: readonly number[]): Promise<Sending> => {
    const own = from();
    const client = stack.use(await TestClient.connect({ ...router, from: own }));
    const { participantId: id } = await client.join(call);
    const media = stack.use(await MediaClient.create(client, own, false));
    const camera = stack.use(await SimulcastSender.open(client, await media.connect('send'), bitrates));
    await media.speak(100);
    return { id, client, camera, media };
  };

  beforeAll(async () => {
    router = await startTestRouter();
  });
  afterAll(() => router.close());
  beforeEach(() => {
    call = testCall();
    stack = new AsyncDisposableStack();
    return () => stack.disposeAsync();
  });

  test('follows what is asked for: the large picture within 2 s, the small one, and none of what is not sent', async () => {
    const anna = await send();
    const ben = await receive(strong);
    expect(await ben.want(anna.id, 'camera', 180)).toEqual({ spatial: 0, temporal: 2 });
    await ben.until(() => ben.told(anna.id)?.startsWith('0') === true, 5_000);
    await ben.measure(3_000); // the engine trusts a size when it has come for 2 s, and a line when it was probed
    await ben.want(anna.id, 'camera', 720);
    expect(await ben.until(() => ben.told(anna.id)?.startsWith('2') === true, 5_000)).toBeLessThan(2_000);
    expect(await ben.want(anna.id, 'camera', 360)).toMatchObject({ spatial: 1 });
    await ben.until(() => ben.told(anna.id)?.startsWith('1') === true, 5_000);
    await ben.want(anna.id, 'camera', 720);
    await ben.until(() => ben.told(anna.id)?.startsWith('2') === true, 5_000);

    anna.camera.send(0);
    await ben.until(() => ben.told(anna.id)?.startsWith('0') === true, 10_000);
    expect((await ben.measure(1_000))(anna.id).frames).toBeGreaterThan(10);
    anna.camera.send(2);
    await ben.until(() => ben.told(anna.id)?.startsWith('2') === true, 10_000);
    anna.camera.send(-1);
    await ben.until(() => ben.told(anna.id) === 'not-sent', 10_000);
    anna.camera.send(2);
    await ben.until(() => ben.told(anna.id)?.startsWith('2') === true, 10_000);
    await anna.client.request('producer.pause', { source: 'camera' });
    await ben.until(() => ben.told(anna.id) === 'paused', 5_000);
    await anna.client.request('producer.resume', { source: 'camera' });
    await ben.until(() => ben.told(anna.id)?.startsWith('2') === true, 10_000);
  });

  test('is told to its sender as far as anybody wants it', async () => {
    const anna = await send();
    const wanted = async (): Promise<NoticeParams<'source.wanted'>> => anna.client.notice('source.wanted');
    const ben = await receive(strong);
    const cleo = await receive(strong);
    await ben.want(anna.id, 'camera', 180);
    expect(await wanted()).toEqual({ source: 'camera', layers: { spatial: 0, temporal: 2 } });
    await cleo.want(anna.id, 'camera', 720);
    expect(await wanted()).toEqual({ source: 'camera', layers: { spatial: 2, temporal: 2 } });
    await cleo.client.request('call.leave', {});
    expect(await wanted()).toEqual({ source: 'camera', layers: { spatial: 0, temporal: 2 } });
    await ben.client.request('subscription.set', {
      participantId: anna.id,
      source: 'camera',
      wanted: null,
      priority: 0,
    });
    expect(await wanted()).toEqual({ source: 'camera', layers: null });
  });

  test('fits a line of 300 kbit/s and one of 5 Mbit/s in one call, each within 10 s, and sound passes both', async () => {
    const senders = [await send(), await send(), await send()];
    const [weak, fast] = [await receive(300_000), await receive(5_000_000)];
    await wait(2_000); // what this process has just learned to do, it does slowly at first, which looks like a full line
    for (const receiver of [weak, fast]) {
      for (const { id } of senders) await receiver.want(id, 'camera', 720);
      await receiver.want(senders[0]?.id ?? raise(), 'microphone', 90);
    }
    await Promise.all([
      weak.until(() => senders.every(({ id }) => weak.told(id) !== undefined), 10_000),
      fast.until(() => senders.filter(({ id }) => fast.told(id) === '2.2').length >= 2, 10_000),
    ]);
    const [atWeak, atFast] = await Promise.all([weak.measure(4_000), fast.measure(4_000)]);
    const bits = (at: typeof atWeak): number => senders.reduce((sum, { id }) => sum + (at(id).bytes * 8) / 4, 0);
    expect(bits(atWeak)).toBeGreaterThan(50_000);
    expect(bits(atWeak)).toBeLessThan(300_000);
    expect(bits(atFast)).toBeGreaterThan(1.6 * layerBitrates[2]);
    for (const at of [atWeak, atFast]) {
      const sound = at(senders[0]?.id ?? raise(), 'microphone');
      expect(sound.packets).toBeGreaterThan(100); // of 200 in 4 s
      expect(sound.lost).toBeLessThan(0.05 * sound.packets);
    }
  });

  test('stops on a line that is too weak for it, and says so; sound goes on, and the picture comes back by itself', async () => {
    const anna = await send([400_000]);
    const ben = await receive(strong);
    await ben.want(anna.id, 'camera', 720);
    await ben.want(anna.id, 'microphone', 90);
    await ben.until(() => ben.told(anna.id)?.startsWith('0') === true, 10_000);
    ben.line.bottleneck.bitsPerSecond = 150_000;
    await ben.until(() => ben.told(anna.id) === 'bandwidth', 20_000);
    const at = await ben.measure(2_000);
    expect(at(anna.id, 'microphone').packets).toBeGreaterThan(50); // of 100
    ben.line.bottleneck.bitsPerSecond = strong;
    await ben.until(() => ben.told(anna.id)?.startsWith('0') === true, 20_000);
  });

  test('is back at its full size within 10 s after the line was cut for 5 s', async () => {
    const senders = [await send(), await send(), await send()];
    const ben = await receive(strong);
    for (const { id } of senders) await ben.want(id, 'camera', 720);
    const isLarge = ({ id }: Sending): boolean => ben.told(id)?.startsWith('2') === true;
    await ben.until(() => senders.every(isLarge), 10_000);
    await ben.measure(8_000); // from then on, the engine gives nobody a larger picture for 10 s after it took one away
    ben.line.bottleneck.bitsPerSecond = 0;
    await ben.measure(5_000);
    ben.line.bottleneck.bitsPerSecond = strong;
    await ben.until(() => !senders.every(isLarge), 5_000);
    expect(await ben.until(() => senders.every(isLarge), 20_000)).toBeLessThan(9_000);
  });

  test('is not alone in being sent again: lost sound is, too, from its sender and to its receiver', async () => {
    const anna = await send();
    const ben = await receive(strong);
    await ben.want(anna.id, 'microphone', 90);
    await anna.media.loseOne();
    await ben.comesAgain(anna.id, 'microphone');
  });

  test('costs nobody else a frame when one receiver asks for key frames in a loop', async () => {
    const anna = await send(layerBitrates.slice(0, 2));
    const [ben, mallory] = [await receive(strong), await receive(strong)];
    for (const receiver of [ben, mallory]) {
      await receiver.want(anna.id, 'camera', 720);
      await receiver.until(() => receiver.told(anna.id) === '1.2', 10_000);
    }
    const usual = (await ben.measure(2_000))(anna.id).frames;
    const before = anna.camera.keyFrameRequests.map(({ length }) => length);
    const looping = setInterval(() => {
      mallory.losePicture(anna.id);
      mallory.client
        .request('consumer.request-key-frame', { participantId: anna.id, source: 'camera' })
        .catch(() => undefined); // the test is over
    }, 20);
    const at = await ben.measure(4_000);
    clearInterval(looping);
    expect(at(anna.id).frames).toBeGreaterThan(2 * usual * 0.6); // the machine is busy
    const since = anna.camera.keyFrameRequests.map((times, layer) => times.length - (before[layer] ?? 0));
    expect(since[1]).toBeGreaterThan(0);
    expect(Math.max(...since)).toBeLessThanOrEqual(9);
  });
});

function raise(): never {
  throw new Error('not there');
}
