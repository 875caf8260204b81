import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeRequest, parseRequest } from '../../../src/shared/protocol/envelope.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import type { Params } from '../../../src/shared/protocol/requests.ts';
import { Calls } from '../../../src/server/calls/calls.ts';
import type { Seat } from '../../../src/server/calls/seat.ts';
import type { Delivery } from '../../../src/server/media/types.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeMediaPool, type FakeConsumer, openGate } from '../../support/fake-media.ts';
import { callId, FakePeer, newSeat } from '../../support/fake-peer.ts';
import { settled } from '../../support/session-bench.ts';

type Wanted = NonNullable<Params<'subscription.set'>['wanted']>;

const rtpParameters = { codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }] };
const small: Wanted = { height: 180, framesPerSecond: 30 };
const large: Wanted = { height: 720, framesPerSecond: 30 };
const sent: Delivery = { layers: { spatial: 1, temporal: 2 }, why: 'sent' };

/** A call with people in it, each with transports and a camera. */
class Bench {
  readonly clock = new FakeClock();
  readonly pool = new FakeMediaPool();
  readonly calls = new Calls(
    this.pool,
    {
      clock: this.clock,
      random: (length) => new Uint8Array(randomBytes(length)),
      participantLimit: limits.participants,
      gate: openGate,
    },
    { started: () => undefined, left: () => undefined, mediaDied: () => undefined, ended: () => undefined },
  );
  readonly #call = callId();

  async join(): Promise<{ seat: Seat; peer: FakePeer }> {
    const peer = new FakePeer();
    const seat = await this.calls.join(this.#call, peer, newSeat());
    await seat.createTransport('send');
    await seat.createTransport('receive');
    await seat.open('camera', rtpParameters);
    return { seat, peer };
  }

  /** The consumers that the participant who joined as number `index` (from 0) has. */
  consumersOf(index: number): readonly FakeConsumer[] {
    return this.pool.taken[0]?.transports[2 * index + 1]?.consumers ?? [];
  }
}

const camera = (of: Seat, wanted: Wanted | null): Params<'subscription.set'> => ({
  participantId: of.id,
  source: 'camera',
  wanted,
  priority: 1,
});

/** What the owner was told that others want of its camera, in short. */
const wantedOf = ({ heard }: FakePeer): string[] =>
  heard.flatMap(({ notice, params }) =>
    notice === 'source.wanted' ? [params.layers === null ? 'nobody' : `${params.layers.spatial}`] : [],
  );
const changesOf = ({ heard }: FakePeer): string[] =>
  heard.flatMap(({ notice, params }) => (notice === 'subscription.changed' ? [params.why] : []));

describe('what is wanted of a source', () => {
  test('is the highest of what its receivers want, and follows those who leave, stop and vanish', async () => {
    const bench = new Bench();
    const [anna, ben, cleo] = [await bench.join(), await bench.join(), await bench.join()];
    await ben.seat.subscribe(camera(anna.seat, small));
    await cleo.seat.subscribe(camera(anna.seat, large));
    bench.clock.advance(limits.wantedMoreMs);
    expect(wantedOf(anna.peer)).toEqual(['2']);
    cleo.seat.leave();
    bench.clock.advance(limits.wantedLessMs);
    expect(wantedOf(anna.peer)).toEqual(['2', '0']);
    await ben.seat.subscribe(camera(anna.seat, null));
    bench.clock.advance(limits.wantedLessMs);
    expect(wantedOf(anna.peer)).toEqual(['2', '0', 'nobody']);
    await ben.seat.subscribe(camera(anna.seat, large));
    bench.clock.advance(limits.wantedMoreMs);
    expect(wantedOf(anna.peer)).toEqual(['2', '0', 'nobody', '2']);
    ben.seat.lost();
    bench.clock.advance(limits.seatHeldMs - 1);
    expect(wantedOf(anna.peer)).toHaveLength(4); // a held seat goes on receiving
    bench.clock.advance(limits.wantedLessMs);
    expect(wantedOf(anna.peer)).toEqual(['2', '0', 'nobody', '2', 'nobody']);
  });

  test('is told again after a rejoin, and so is what comes of the others', async () => {
    const bench = new Bench();
    const [anna, ben] = [await bench.join(), await bench.join()];
    await ben.seat.subscribe(camera(anna.seat, small));
    await anna.seat.subscribe(camera(ben.seat, small));
    bench.consumersOf(0)[0]?.change(sent);
    await settled();
    bench.clock.advance(5_000);
    expect([wantedOf(anna.peer), changesOf(anna.peer)]).toEqual([['0'], ['sent']]);
    const ticket = bench.calls.ticketFor(anna.seat);
    anna.seat.lost();
    const back = new FakePeer();
    await bench.calls.rejoin(ticket, back);
    await settled();
    expect([wantedOf(back), changesOf(back)]).toEqual([['0'], ['sent']]);
  });

  test('of a source that closes or whose owner leaves is told no more, and no timer stays', async () => {
    const bench = new Bench();
    const [anna, ben, cleo] = [await bench.join(), await bench.join(), await bench.join()];
    for (const of of [anna, cleo]) await ben.seat.subscribe(camera(of.seat, large));
    for (const consumer of bench.consumersOf(1)) consumer.change(sent);
    await settled();
    anna.seat.close('camera');
    cleo.seat.leave();
    ben.seat.close('camera');
    expect(bench.clock.waiting).toBe(0);
    bench.consumersOf(1)[0]?.change({ layers: null, why: 'bandwidth' });
    await settled();
    expect(changesOf(ben.peer)).toEqual(['sent', 'sent']);
    expect(wantedOf(anna.peer)).toEqual([]);
  });

  test('is nobody of audio’s business', async () => {
    const bench = new Bench();
    const [anna, ben] = [await bench.join(), await bench.join()];
    await anna.seat.open('microphone', rtpParameters);
    const answer = await ben.seat.subscribe({ ...camera(anna.seat, small), source: 'microphone' });
    expect(answer.granted).toBeNull();
    bench.consumersOf(1)[0]?.change(sent);
    await settled();
    bench.clock.advance(60_000);
    expect(changesOf(ben.peer)).toEqual([]);
    expect(anna.peer.heard.filter(({ notice }) => notice === 'source.wanted')).toEqual([
      { notice: 'source.wanted', params: { source: 'camera', layers: null } },
    ]);
  });
});

describe('subscriptions', () => {
  test('a page with 40 people turns all its tiles over at once; a thousand requests do not get through', async () => {
    const bench = new Bench();
    const people = [];
    for (let index = 0; index < 40; index += 1) people.push(await bench.join());
    const [anna, ben, cleo] = people;
    if (anna === undefined || ben === undefined || cleo === undefined) throw new Error('nobody');
    const others = people.slice(1);
    for (const wanted of [small, large]) for (const { seat } of others) await anna.seat.subscribe(camera(seat, wanted));
    const thousand = async (): Promise<PromiseSettledResult<unknown>[]> =>
      Promise.allSettled(Array.from({ length: 1_000 }, async () => anna.seat.subscribe(camera(ben.seat, small))));
    const isDone = ({ status }: PromiseSettledResult<unknown>): boolean => status === 'fulfilled';
    const results = await thousand();
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    expect(new Set(refusals)).toEqual(new Set(['CodedError: subscription-too-often']));
    expect(results.filter(isDone)).toHaveLength(40 * limits.subscriptionBurstPerParticipant - 2 * 39);
    bench.clock.advance(1_000);
    expect((await thousand()).filter(isDone)).toHaveLength(limits.subscriptionsPerSecond);
    // Nobody else is held back by that.
    expect((await ben.seat.subscribe(camera(cleo.seat, small))).consumer).not.toBeNull();
  });

  test.each([{ height: 0 }, { height: 719 }, { height: 2160 }, { framesPerSecond: 0 }, { framesPerSecond: 61 }])(
    'of %o are no requests at all',
    async (absurd) => {
      const bench = new Bench();
      const { seat } = await bench.join();
      const request = encodeRequest(1, 'subscription.set', camera(seat, small));
      const json = JSON.parse(new TextDecoder().decode(request)) as { params: { wanted: object } };
      Object.assign(json.params.wanted, absurd);
      expect(() => parseRequest(new TextEncoder().encode(JSON.stringify(json)))).toThrow('message-invalid');
    },
  );

  test('to oneself, to nobody, and to what has just closed are refused, and cost nothing that was there', async () => {
    const bench = new Bench();
    const [anna, ben] = [await bench.join(), await bench.join()];
    await expect(ben.seat.subscribe(camera(ben.seat, small))).rejects.toThrow('participant-missing');
    const asking = ben.seat.subscribe(camera(anna.seat, small));
    anna.seat.close('camera');
    await expect(asking).rejects.toThrow('source-missing');
    await expect(ben.seat.subscribe(camera(anna.seat, small))).rejects.toThrow('source-missing');
    expect(bench.consumersOf(1).map(({ open }) => open)).toEqual([false]);
    anna.seat.leave();
    await expect(ben.seat.subscribe(camera(anna.seat, small))).rejects.toThrow('participant-missing');
  });

  test('are served in the order of priority: the engine hears that before it divides anew', async () => {
    const bench = new Bench();
    const [anna, ben] = [await bench.join(), await bench.join()];
    await ben.seat.subscribe({ ...camera(anna.seat, large), priority: 7 });
    expect(bench.consumersOf(1)[0]?.asked).toEqual(['prioritise 7', 'prefer 2 2']);
  });
});

describe('key frames', () => {
  test('that one receiver asks for in a loop go out three at once, then one in 5 s, the last of them too', async () => {
    const bench = new Bench();
    const [anna, ben, cleo] = [await bench.join(), await bench.join(), await bench.join()];
    for (const { seat } of [ben, cleo]) await seat.subscribe(camera(anna.seat, large));
    const asked = (index: number): number =>
      bench.consumersOf(index)[0]?.asked.filter((what) => what === 'key frame').length ?? 0;
    for (let index = 0; index < 100; index += 1) {
      await ben.seat.requestKeyFrame(anna.seat.id, 'camera');
      bench.clock.advance(100);
    }
    expect(asked(1)).toBe(limits.keyFrameBurst + 1);
    bench.clock.advance(limits.keyFrameRegainedMs);
    expect(asked(1)).toBe(limits.keyFrameBurst + 2);
    bench.clock.advance(60_000);
    expect(asked(1)).toBe(limits.keyFrameBurst + 2);
    await cleo.seat.requestKeyFrame(anna.seat.id, 'camera');
    expect(asked(2)).toBe(1);
  });

  test('are not asked for by who no longer receives', async () => {
    const bench = new Bench();
    const [anna, ben] = [await bench.join(), await bench.join()];
    await ben.seat.subscribe(camera(anna.seat, large));
    for (let index = 0; index < 10; index += 1) await ben.seat.requestKeyFrame(anna.seat.id, 'camera');
    await ben.seat.subscribe(camera(anna.seat, null));
    await expect(ben.seat.requestKeyFrame(anna.seat.id, 'camera')).rejects.toThrow('source-missing');
    bench.clock.advance(60_000);
    expect(bench.consumersOf(1)[0]?.asked.filter((what) => what === 'key frame')).toHaveLength(limits.keyFrameBurst);
  });
});
