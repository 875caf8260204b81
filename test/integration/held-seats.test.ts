import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { closeCodes } from '../../src/shared/protocol/errors.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import type { Router } from '../../src/server/compose.ts';
import { MediaClient } from '../support/media-client.ts';
import { testCall, TestClient } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';
import { gone, runs, WatchedMedia } from '../support/watched-media.ts';

describe('a seat on a real router', () => {
  const media = new WatchedMedia();
  let router: Router;
  let address = 0;
  const connect = async (): Promise<TestClient> => TestClient.connect({ ...router, from: `127.8.0.${(address += 1)}` });
  beforeAll(async () => {
    router = await startTestRouter({}, { wrapMedia: media.wrap });
  });
  afterAll(async () => {
    await router.close();
  });

  test('survives its socket: same id, transports and sources; its sound reaches the others all the time, who are told nothing', async () => {
    const call = testCall();
    using anna = await connect();
    await anna.join(call);
    const ben = await connect();
    const { participantId, ticket } = await ben.join(call);
    await using voice = await MediaClient.create(ben, '127.8.1.1', false);
    await using ear = await MediaClient.create(anna, '127.8.1.2', false);
    await voice.speak(80);
    await ear.hear(participantId);
    ben.vanish();
    await ben.closed;
    await ear.hearsMore(100); // 2 s
    using back = await connect();
    const welcome = await back.rejoin(ticket);
    expect(welcome.participantId.key).toBe(participantId.key);
    expect(welcome.own.transports).toMatchObject([{ direction: 'send', connected: true }]);
    expect(welcome.own.transports.map(({ transportId }) => transportId)).toEqual(
      voice.known.map(({ router: { transportId } }) => transportId),
    );
    expect(welcome.own.sources).toMatchObject([{ source: 'microphone', paused: false }]);
    await ear.hearsMore(50);
    await back.request('producer.close', { source: 'microphone' });
    const told = [await anna.anyNotice(), await anna.anyNotice(), await anna.anyNotice()];
    expect(told.map(({ notice }) => notice)).toEqual(['participant.joined', 'source.opened', 'source.closed']);
  });

  test('whose media process dies in the meantime is got back without its media, which can be made anew', async () => {
    const ben = await connect();
    const { ticket, participantId } = await ben.join(testCall());
    await ben.request('transport.create', { direction: 'send' });
    const { pid } = media.engine;
    ben.vanish();
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    using back = await connect();
    await vi.waitUntil(() => runs(media.engine.pid));
    const welcome = await back.rejoin(ticket);
    expect(welcome.participantId.key).toBe(participantId.key);
    expect(welcome.own).toEqual({ transports: [], sources: [] });
    await expect(back.request('transport.create', { direction: 'send' })).resolves.toBeDefined();
  });

  test('is given up by a leave on the new socket; its ticket dies with it', async () => {
    const call = testCall();
    using anna = await connect();
    await anna.join(call);
    const ben = await connect();
    const { ticket, participantId } = await ben.join(call);
    ben.vanish();
    using back = await connect();
    const again = await back.rejoin(ticket);
    await back.request('call.leave', {});
    expect((await anna.notice('participant.left')).participantId.key).toBe(participantId.key);
    using late = await connect();
    for (const used of [ticket, again.ticket]) await expect(late.rejoin(used)).rejects.toThrow('ticket-refused');
  });

  test('is taken over from a socket that is still open', async () => {
    using before = await connect();
    const { ticket } = await before.join(testCall());
    using after = await connect();
    await after.rejoin(ticket);
    expect(await before.closed).toEqual({ code: closeCodes['taken-over'], reason: 'taken-over' });
    await expect(after.request('relay.send', { toAll: Uint8Array.of(1) })).resolves.toEqual({});
  });

  test('left alone ends its call after 10 s, with its media process', async () => {
    const lone = await connect();
    await lone.join(testCall());
    const { pid } = media.engine;
    const fromMs = performance.now();
    lone.vanish();
    expect(runs(pid)).toBe(true);
    await gone(pid);
    expect(performance.now() - fromMs).toBeGreaterThan(limits.seatHeldMs - 100);
    expect(performance.now() - fromMs).toBeLessThan(limits.seatHeldMs + 2_000);
  }, 20_000);
});
