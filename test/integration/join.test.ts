import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeCodes } from '../../src/shared/protocol/errors.ts';
import { toUtf8 } from '../../src/shared/support/bytes.ts';
import type { Router } from '../../src/server/compose.ts';
import { testCall, TestClient, TestSeat } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';

describe('joining and leaving', () => {
  let router: Router;
  let address = 0;
  const connect = async (): Promise<TestClient> => TestClient.connect({ ...router, from: `127.4.0.${(address += 1)}` });
  beforeAll(async () => {
    router = await startTestRouter({ participantLimit: 3 });
  });
  afterAll(async () => {
    await router.close();
  });

  test('each one in a call hears of the next one, who is told of all before', async () => {
    const call = testCall();
    using anna = await connect();
    const annas = await anna.join(call);
    expect(annas.others).toEqual([]);
    expect(annas.participantLimit).toBe(3);
    using ben = await connect();
    const bens = await ben.join(call);
    expect(bens.others.map(({ participantId, sources }) => [participantId.key, sources])).toEqual([
      [annas.participantId.key, []],
    ]);
    expect((await anna.notice('participant.joined')).participantId.key).toBe(bens.participantId.key);
    await ben.request('call.leave', {});
    expect(await ben.closed).toEqual({ code: 4000, reason: 'left' });
    expect((await anna.notice('participant.left')).participantId.key).toBe(bens.participantId.key);
  });

  test('a socket that is closed as a page does that goes away is a leave, too', async () => {
    const call = testCall();
    using anna = await connect();
    await anna.join(call);
    const ben = await connect();
    const { participantId } = await ben.join(call);
    ben[Symbol.dispose]();
    expect((await anna.notice('participant.left')).participantId.key).toBe(participantId.key);
  });

  test('somebody is let in once, under an id of its own each time', async () => {
    const call = testCall();
    const ids = new Set<string>();
    for (let time = 0; time < 3; time += 1) {
      using client = await connect();
      ids.add((await client.join(call)).participantId.key);
      await expect(client.join(call)).rejects.toThrow('already-joined');
      expect(await client.closed).toEqual({ code: closeCodes['already-joined'], reason: 'already-joined' });
    }
    expect(ids.size).toBe(3);
  });

  test('a full call refuses one more, and takes one when there is room', async () => {
    const call = testCall();
    const [anna, ben, cleo, dan] = await Promise.all([connect(), connect(), connect(), connect()]);
    await Promise.all([anna.join(call), ben.join(call), cleo.join(call)]);
    await expect(dan.join(call)).rejects.toThrow('call-full');
    await cleo.request('call.leave', {});
    await expect(dan.join(call)).resolves.toMatchObject({ participantLimit: 3 });
    for (const client of [anna, ben, cleo, dan]) client[Symbol.dispose]();
  });

  test('a signature of another call, or of another channel, opens nothing', async () => {
    const call = testCall();
    const other = testCall();
    using anna = await connect();
    const replayed = call.sign(anna.joinMessage);
    const join = async (sign: (message: Uint8Array) => Uint8Array<ArrayBuffer>): Promise<unknown> => {
      using mallory = await connect();
      const signature = sign(mallory.joinMessage);
      return await mallory.request('call.join', {
        callId: call.id,
        signature,
        ...mallory.seatParams(call.id),
        profile: 'opus-vp8-vp9-av1',
      });
    };
    await expect(join((message) => other.sign(message))).rejects.toThrow('signature-wrong');
    await expect(join(() => replayed)).rejects.toThrow('signature-wrong');
    await expect(join((message) => call.sign(message))).resolves.toBeDefined();
  });

  test('a seat signature that is forged, of another channel or of another call opens nothing', async () => {
    const call = testCall();
    const seat = new TestSeat();
    using anna = await connect();
    const replayed = anna.seatParams(call.id, seat);
    const join = async (proof: (client: TestClient) => ReturnType<TestClient['seatParams']>): Promise<unknown> => {
      using mallory = await connect();
      const signature = call.sign(mallory.joinMessage);
      return await mallory.request('call.join', {
        callId: call.id,
        signature,
        ...proof(mallory),
        profile: 'opus-vp8-vp9-av1',
      });
    };
    const forged = { seatKey: seat.publicKey, seatSignature: new Uint8Array(64).fill(7) };
    for (const proof of [() => forged, () => replayed, (client: TestClient) => client.seatParams(testCall().id, seat)])
      await expect(join(proof)).rejects.toThrow('signature-wrong');
    await expect(join((client) => client.seatParams(call.id, seat))).resolves.toBeDefined();
  });

  test('the same seat key is the same participant, on this router and on any other, and no other key is', async () => {
    const call = testCall();
    const seat = new TestSeat();
    await using other = await startTestRouter();
    using there = await TestClient.connect({ ...other, from: '127.6.9.9' });
    using here = await connect();
    using stranger = await connect();
    const ids = [
      await there.join(call, undefined, seat),
      await here.join(call, undefined, seat),
      await stranger.join(call),
    ];
    const [first, second, third] = ids.map(({ participantId }) => participantId.key);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    using again = await connect();
    expect((await again.join(call, undefined, seat)).participantId.key).toBe(first);
    expect(await here.closed).toEqual({ code: closeCodes['taken-over'], reason: 'taken-over' });
  });

  test('whoever is in no call and does what only participants may is closed', async () => {
    const early: readonly ((client: TestClient) => Promise<unknown>)[] = [
      (client) => client.request('transport.create', { direction: 'send' }),
      (client) => client.request('producer.close', { source: 'camera' }),
      (client) => client.request('relay.send', { toAll: toUtf8('x') }),
      (client) => client.request('call.leave', {}),
    ];
    for (const ask of early) {
      using client = await connect();
      await expect(ask(client)).rejects.toThrow('not-joined');
      expect((await client.closed).code).toBe(closeCodes['not-joined']);
    }
  });

  test('relays reach whom they are for, with the id of who sent them, after the notice that they joined', async () => {
    const [call, elsewhere] = [testCall(), testCall()];
    using anna = await connect();
    using ben = await connect();
    using eve = await connect();
    const annas = await anna.join(call);
    const eves = await eve.join(elsewhere);
    const bens = await ben.join(call);
    await ben.request('relay.send', { toAll: toUtf8('to all') });
    await ben.request('relay.send', {
      list: [
        { to: annas.participantId, bytes: toUtf8('to anna') },
        { to: eves.participantId, bytes: toUtf8('not in this call') },
        { to: bens.participantId, bytes: toUtf8('to oneself') },
      ],
    });
    expect((await anna.anyNotice()).notice).toBe('participant.joined');
    const received = [await anna.notice('relay.received'), await anna.notice('relay.received')].flatMap(
      ({ list }) => list,
    );
    expect(received.map(({ from, bytes }) => [from.key, new TextDecoder().decode(bytes)])).toEqual([
      [bens.participantId.key, 'to all'],
      [bens.participantId.key, 'to anna'],
    ]);
    await ben.request('call.leave', {});
    await eve.request('call.leave', {});
    await expect(ben.notice('relay.received')).rejects.toThrow('closed');
    await expect(eve.notice('relay.received')).rejects.toThrow('closed');
  });

  test('when the router stops, it says so to everybody', async () => {
    const own = await startTestRouter();
    using idle = await TestClient.connect(own);
    using joined = await TestClient.connect(own);
    await joined.join(testCall());
    await own.close();
    expect(await idle.closed).toEqual({ code: 4014, reason: 'router-stopping' });
    expect(await joined.closed).toEqual({ code: 4014, reason: 'router-stopping' });
  });
});
