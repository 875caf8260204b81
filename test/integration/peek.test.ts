import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Router } from '../../src/server/compose.ts';
import { CallId } from '../../src/shared/identity/call-id.ts';
import { closeCodes } from '../../src/shared/protocol/errors.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import type { RequestName } from '../../src/shared/protocol/requests.ts';
import type { Bytes } from '../../src/shared/support/bytes.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { testCall, TestClient, type TestCall } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';

/** 2023-11-14, 22:13 UTC: what the fake calendar says, to the minute. */
const startedAt = 28_333_333;
const state: Bytes = new Uint8Array(limits.callStateBytes).fill(7);

describe('peeking', () => {
  const clock = new FakeClock();
  let router: Router;
  let address = 0;
  const connect = async (): Promise<TestClient> => TestClient.connect({ ...router, from: `127.4.1.${(address += 1)}` });
  beforeAll(async () => {
    router = await startTestRouter({ participantLimit: 2 }, { clock });
  });
  afterAll(async () => {
    await router.close();
  });

  /** A call in which somebody is, one in which somebody was, and one in which nobody has ever been. */
  const threeCalls = async (): Promise<{ running: TestCall; over: TestCall; never: TestCall; inside: TestClient }> => {
    const [running, over, never] = [testCall(), testCall(), testCall()];
    const inside = await connect();
    await inside.join(running);
    await inside.request('state.update', { state });
    const left = await connect();
    await left.join(over);
    await left.request('call.leave', {});
    await left.closed;
    return { running, over, never, inside };
  };

  test('tells who holds the key what is going on, as often as asked, and lets them join on the same channel', async () => {
    const call = testCall();
    using client = await connect();
    expect(await client.peek(call)).toBeNull();
    using anna = await connect();
    await anna.join(call);
    expect(await client.peek(call)).toEqual({ startedAt, full: false, state: null });
    await anna.request('state.update', { state });
    expect(await client.peek(call)).toEqual({ startedAt, full: false, state });
    expect((await client.join(call)).others).toHaveLength(1);
    using third = await connect();
    expect(await third.peek(call)).toEqual({ startedAt, full: true, state });
    await expect(third.join(call)).rejects.toThrow('call-full');
  });

  test('is for those who have not joined', async () => {
    const call = testCall();
    using client = await connect();
    await client.join(call);
    await expect(client.peek(call)).rejects.toThrow('already-joined');
    expect((await client.closed).code).toBe(closeCodes['already-joined']);
  });

  test('is of one call for each channel, with one signature', async () => {
    const [call, other] = [testCall(), testCall()];
    using client = await connect();
    await client.peek(call);
    await expect(client.peek(other)).rejects.toThrow('signature-wrong');
    using second = await connect();
    await second.peek(call);
    const another = other.sign(second.joinMessage);
    await expect(second.request('call.peek', { callId: call.id, signature: another })).rejects.toThrow(
      'signature-wrong',
    );
    using third = await connect();
    await third.peek(call);
    await expect(third.join(other)).rejects.toThrow('signature-wrong');
  });

  test('many times on one channel costs one verification', async () => {
    using client = await connect();
    const call = testCall();
    const verify = vi.spyOn(CallId.prototype, 'signed');
    for (let time = 0; time < 20; time += 1) expect(await client.peek(call)).toBeNull();
    expect(verify).toHaveBeenCalledTimes(1);
    verify.mockRestore();
  });

  test('is not noticed by those in the call', async () => {
    const call = testCall();
    using anna = await connect();
    await anna.join(call);
    using client = await connect();
    await client.peek(call);
    using ben = await connect();
    const { participantId } = await ben.join(call);
    expect(await anna.anyNotice()).toEqual({ notice: 'participant.joined', params: { participantId } });
  });

  test.each<[Extract<RequestName, 'call.peek' | 'call.join'>]>([['call.peek'], ['call.join']])(
    'without the key: a call that runs, one that is over and one that never was look the same to %s',
    async (request) => {
      const { running, over, never, inside } = await threeCalls();
      const seen: unknown[] = [];
      for (const call of [running, over, never]) {
        using stranger = await connect();
        const sizes: number[] = [];
        stranger.socket.webSocket.on('message', (data: Buffer) => sizes.push(data.length));
        const signature = testCall().sign(stranger.joinMessage);
        const params = {
          callId: call.id,
          signature,
          ...stranger.seatParams(call.id),
          profile: 'opus-vp8-vp9-av1' as const,
        };
        const asked =
          request === 'call.join'
            ? stranger.request(request, params)
            : stranger.request(request, { callId: call.id, signature });
        await expect(asked).rejects.toThrow('signature-wrong');
        seen.push({ sizes, closed: await stranger.closed });
      }
      expect(seen[0]).toEqual({
        sizes: [],
        closed: { code: closeCodes['signature-wrong'], reason: 'signature-wrong' },
      });
      expect(seen).toEqual([seen[0], seen[0], seen[0]]);
      inside[Symbol.dispose]();
    },
  );

  test('every answer to who holds the key has the same size on the wire, too', async () => {
    const { running, over, never, inside } = await threeCalls();
    const quiet = testCall();
    using alone = await connect();
    await alone.join(quiet);
    const sizes: number[] = [];
    for (const call of [running, over, never, quiet]) {
      using client = await connect();
      client.socket.webSocket.on('message', (data: Buffer) => sizes.push(data.length));
      await client.peek(call);
    }
    expect(sizes).toEqual([272, 272, 272, 272]);
    inside[Symbol.dispose]();
  });

  test('tells the last state only, and nothing of it once the call is over', async () => {
    const call = testCall();
    using client = await connect();
    const anna = await connect();
    await anna.join(call);
    await anna.request('state.update', { state });
    const later = state.with(0, 8);
    await anna.request('state.update', { state: later });
    expect(await client.peek(call)).toMatchObject({ state: later });
    await anna.request('call.leave', {});
    await anna.closed;
    expect(await client.peek(call)).toBeNull();
    await client.join(call);
    using other = await connect();
    expect(await other.peek(call)).toMatchObject({ state: null });
  });

  test('a state is taken from participants only, and no larger than an answer can carry', async () => {
    using outside = await connect();
    await expect(outside.request('state.update', { state })).rejects.toThrow('not-joined');
    using inside = await connect();
    await inside.join(testCall());
    inside.sendSealed(
      new TextEncoder().encode(JSON.stringify({ id: 2, request: 'state.update', params: { state: 'A'.repeat(132) } })),
    );
    expect((await inside.closed).reason).toBe('message-invalid');
  });
});
