import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { inventory as schema } from '../../../src/shared/protocol/inventory.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { Calls } from '../../../src/server/calls/calls.ts';
import type { Seat } from '../../../src/server/calls/seat.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeMediaPool, openGate } from '../../support/fake-media.ts';
import { callId, FakePeer, newSeat } from '../../support/fake-peer.ts';

const rtpParameters = { codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }] };
const wanted = { height: 720, framesPerSecond: 30 } as const;

/** So many in one call, each with transports and an open camera. */
async function seats(count: number): Promise<{ clock: FakeClock; seats: Seat[]; id: ReturnType<typeof callId> }> {
  const clock = new FakeClock();
  const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
  const watcher = {
    started: () => undefined,
    left: () => undefined,
    mediaDied: () => undefined,
    ended: () => undefined,
  };
  const calls = new Calls(
    new FakeMediaPool(),
    { clock, random, participantLimit: limits.participants, gate: openGate },
    watcher,
  );
  const id = callId();
  const taken: Seat[] = [];
  for (let index = 0; index < count; index += 1) {
    const seat = await calls.join(id, new FakePeer(), newSeat());
    for (const direction of ['send', 'receive'] as const) await seat.createTransport(direction);
    await seat.open('camera', rtpParameters);
    taken.push(seat);
  }
  return { clock, seats: taken, id };
}

const known = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('not there');
  return value;
};

describe('an inventory', () => {
  test('follows what happens', async () => {
    const { seats: all, id } = await seats(2);
    const [anna, ben] = [known(all[0]), known(all[1])];
    expect(await anna.inventory(0)).toMatchObject({
      participantId: anna.id.key,
      call: { callId: id.key, startedAt: 28_333_333, participants: 2 },
      transports: [{ direction: 'send' }, { direction: 'receive' }],
      sources: [{ source: 'camera', paused: false, receivers: 0 }],
      subscriptionsInAll: 0,
    });
    await ben.subscribe({ participantId: anna.id, source: 'camera', wanted, priority: 1 });
    await anna.pause('camera');
    expect((await anna.inventory(0)).sources).toMatchObject([{ paused: true, receivers: 1 }]);
    expect((await ben.inventory(0)).subscriptions).toMatchObject([{ participantId: anna.id.key, source: 'camera' }]);
    anna.close('camera');
    expect((await anna.inventory(0)).sources).toEqual([]);
    expect(await ben.inventory(0)).toMatchObject({ subscriptions: [], subscriptionsInAll: 0 });
  });

  test('counts the relays that wait and those that may still be sent', async () => {
    const { clock, seats: all } = await seats(2);
    const [anna, ben] = [known(all[0]), known(all[1])];
    for (const length of [10, 20, 30]) anna.relayToAll(new Uint8Array(length));
    expect((await ben.inventory(0)).relays).toEqual({ waiting: 2, bytes: 50, allowance: 8 });
    expect((await anna.inventory(0)).relays).toEqual({ waiting: 0, bytes: 0, allowance: 5 });
    clock.advance(1_000);
    expect((await ben.inventory(0)).relays).toEqual({ waiting: 0, bytes: 0, allowance: 8 });
    expect((await anna.inventory(0)).relays).toEqual({ waiting: 0, bytes: 0, allowance: 8 });
  });

  test('of the largest call fits a message, in parts', async () => {
    const { seats: all } = await seats(limits.participants);
    const last = known(all.at(-1));
    for (const { id } of all.slice(0, -1))
      await last.subscribe({ participantId: id, source: 'camera', wanted, priority: 1 });
    const parts = [await last.inventory(0), await last.inventory(limits.inventorySubscriptions)];
    expect(parts.map(({ subscriptions }) => subscriptions.length)).toEqual([100, 99]);
    expect(
      new Set(parts.flatMap(({ subscriptions }) => subscriptions.map(({ participantId }) => participantId))).size,
    ).toBe(limits.participants - 1);
    const largest = { ...known(parts[0]), socket: {}, session: {} };
    expect(JSON.stringify(largest).length).toBeLessThan(limits.messageBytes / 2);
    expect(schema.shape.subscriptions.safeParse(parts[0]?.subscriptions).success).toBe(true);
  });

  test('of who leaves names no media any more, also when it was asked for before', async () => {
    const { seats: all } = await seats(1);
    const anna = known(all[0]);
    const taking = anna.inventory(0);
    anna.leave();
    expect(await taking).toMatchObject({ participantId: anna.id.key });
    expect(await anna.inventory(0)).toMatchObject({ transports: [], sources: [], subscriptions: [] });
  });
});
