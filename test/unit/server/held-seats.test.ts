import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { Calls } from '../../../src/server/calls/calls.ts';
import type { Seat } from '../../../src/server/calls/seat.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeMediaPool, openGate } from '../../support/fake-media.ts';
import { callId, FakePeer, newSeat } from '../../support/fake-peer.ts';

const rtpParameters = { codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }] };
const dtlsParameters = { role: 'client' as const, fingerprints: [{ algorithm: 'sha-256' as const, value: '00' }] };
const random = (length: number): Bytes => new Uint8Array(randomBytes(length));

class Bench {
  readonly clock = new FakeClock();
  readonly pool = new FakeMediaPool();
  readonly #watcher = {
    started: () => undefined,
    left: () => undefined,
    mediaDied: () => undefined,
    ended: () => undefined,
  };
  readonly calls = new Calls(
    this.pool,
    { clock: this.clock, random, participantLimit: 3, gate: openGate },
    this.#watcher,
  );

  /** Joins and asks for a ticket, as `call.join` does. */
  async join(id = callId()): Promise<{ peer: FakePeer; seat: Seat; ticket: Bytes }> {
    const peer = new FakePeer();
    const seat = await this.calls.join(id, peer, newSeat());
    return { peer, seat, ticket: this.calls.ticketFor(seat) };
  }

  /** Somebody in a call, and somebody who watches. */
  async two() {
    const id = callId();
    const steady = await this.join(id);
    return { id, steady, lost: await this.join(id) };
  }
}

describe('a seat whose socket is lost', () => {
  test('is held for 10 s and not a moment longer; the others are told nothing before', async () => {
    const bench = new Bench();
    const { steady, lost } = await bench.two();
    lost.seat.lost();
    bench.clock.advance(limits.seatHeldMs - 1);
    expect(steady.peer.names).toEqual(['participant.joined']);
    bench.clock.advance(1);
    expect(steady.peer.names).toEqual(['participant.joined', 'participant.left']);
    await expect(bench.calls.rejoin(lost.ticket, new FakePeer())).rejects.toThrow('ticket-refused');
  });

  test('is got back under the same id, and with it all that stands; the clock starts anew', async () => {
    const bench = new Bench();
    const { steady, lost } = await bench.two();
    await steady.seat.createTransport('send');
    await steady.seat.open('camera', rtpParameters);
    for (const direction of ['send', 'receive'] as const) await lost.seat.createTransport(direction);
    await lost.seat.connectTransport({ direction: 'send', dtlsParameters });
    await lost.seat.open('microphone', rtpParameters);
    await lost.seat.pause('microphone');
    const of = { participantId: steady.seat.id, source: 'camera' as const };
    const wanted = { height: 360 as const, framesPerSecond: 15 };
    const subscribed = await lost.seat.subscribe({ ...of, wanted, priority: 0 });
    lost.seat.lost();
    bench.clock.advance(limits.seatHeldMs - 1);

    const back = await bench.calls.rejoin(lost.ticket, new FakePeer());
    expect(back.participantId).toBe(lost.seat.id);
    expect(back.others).toEqual([
      {
        participantId: of.participantId,
        sources: [{ source: 'camera', paused: false, consumerId: subscribed.consumer?.consumerId }],
      },
    ]);
    expect(back.own.transports).toMatchObject([
      { direction: 'send', connected: true, transportId: 'transport-1' },
      { direction: 'receive', connected: false, transportId: 'transport-2' },
    ]);
    expect(back.own.sources).toEqual([{ source: 'microphone', paused: true, producerId: 'producer-1' }]);
    expect(bench.pool.taken[0]?.producers.get('producer-1')?.open).toBe(true);
    bench.clock.advance(limits.seatHeldMs * 10);
    expect(steady.peer.names).not.toContain('participant.left');
    expect(bench.clock.waiting).toBe(0);
  });

  test('counts for the size of the call, and keeps a call going that has nobody else', async () => {
    const bench = new Bench();
    const { id, steady, lost } = await bench.two();
    await bench.join(id);
    lost.seat.lost();
    await expect(bench.calls.join(id, new FakePeer(), newSeat())).rejects.toThrow('call-full');

    const lone = await bench.join();
    lone.seat.lost();
    bench.clock.advance(limits.seatHeldMs - 1);
    expect(bench.pool.taken[1]?.lifetime.ended).toBe(false);
    bench.clock.advance(1);
    expect(bench.pool.taken[1]?.lifetime.reason).toBe('closed');
    expect(bench.calls.running).toBe(1);
    expect(steady.peer.ended).toBeUndefined();
  });

  test('is told nothing later of what went on: relays and notices of the gap are dropped', async () => {
    const bench = new Bench();
    const { id, steady, lost } = await bench.two();
    steady.seat.relayToAll(Uint8Array.of(1));
    steady.seat.relayToAll(Uint8Array.of(2)); // gathered
    lost.seat.lost();
    steady.seat.relayToAll(Uint8Array.of(3));
    const newcomer = await bench.join(id);
    newcomer.seat.leave();
    const peer = new FakePeer();
    const back = await bench.calls.rejoin(lost.ticket, peer);
    bench.clock.advance(1_000);
    expect(lost.peer.relays).toEqual([[1]]);
    expect(peer.heard).toEqual([]);
    expect(back.others).toHaveLength(1);
    steady.seat.relayToAll(Uint8Array.of(4));
    expect(peer.relays).toEqual([[4]]);
  });

  test('is told of the end of its call by nobody, and is not rejoined after it', async () => {
    const bench = new Bench();
    const { lost } = await bench.two();
    lost.seat.lost();
    await bench.calls.stop();
    await expect(bench.calls.rejoin(lost.ticket, new FakePeer())).rejects.toThrow('ticket-refused');
    expect(bench.clock.waiting).toBe(0);
  });

  test('whose call gets another media process hears of it when it comes back: nothing of its own stands', async () => {
    const bench = new Bench();
    const { lost } = await bench.two();
    await lost.seat.createTransport('send');
    await lost.seat.open('microphone', rtpParameters);
    lost.seat.lost();
    bench.pool.taken[0]?.lifetime.end('died');
    await new Promise((resolve) => setImmediate(resolve));
    const peer = new FakePeer();
    const { own } = await bench.calls.rejoin(lost.ticket, peer);
    expect(own).toEqual({ transports: [], sources: [] });
    expect(peer.names).toEqual([]);
  });

  test('that leaves instead is free at once', async () => {
    const bench = new Bench();
    const { steady, lost } = await bench.two();
    lost.seat.lost();
    lost.seat.leave();
    expect(steady.peer.names).toEqual(['participant.joined', 'participant.left']);
    expect(bench.clock.waiting).toBe(0);
  });
});

describe('a rejoin ticket', () => {
  test('is good once, and the next one with the next answer', async () => {
    const bench = new Bench();
    const { lost } = await bench.two();
    const again = await bench.calls.rejoin(lost.ticket, new FakePeer());
    await expect(bench.calls.rejoin(lost.ticket, new FakePeer())).rejects.toThrow('ticket-refused');
    expect(again.ticket).not.toEqual(lost.ticket);
    await expect(bench.calls.rejoin(again.ticket, new FakePeer())).resolves.toMatchObject({ seat: lost.seat });
  });

  test('is good once also for two who show it at the same moment', async () => {
    const bench = new Bench();
    const { lost } = await bench.two();
    const both = [new FakePeer(), new FakePeer()];
    const shown = await Promise.allSettled(both.map((peer) => bench.calls.rejoin(lost.ticket, peer)));
    expect(shown.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(both.map(({ ended }) => ended)).toEqual([undefined, undefined]);
  });

  test('made up, changed, of somebody who left or of a call that is over is refused alike, and touches nobody', async () => {
    const bench = new Bench();
    const { steady, lost } = await bench.two();
    const over = await bench.join();
    const changed = lost.ticket.slice();
    changed[0] = ((changed[0] ?? 0) + 1) % 256;
    const left = await bench.join();
    left.seat.leave();
    over.seat.leave();
    for (const ticket of [random(32), new Uint8Array(32), changed, left.ticket, over.ticket])
      await expect(bench.calls.rejoin(ticket, new FakePeer())).rejects.toThrow(/^ticket-refused$/);
    expect([steady, lost].map(({ peer }) => peer.ended)).toEqual([undefined, undefined]);
    expect(steady.peer.names).toEqual(['participant.joined']);
    await expect(bench.calls.rejoin(lost.ticket, new FakePeer())).resolves.toMatchObject({ seat: lost.seat });
  });

  test('takes the seat over from a socket that is still there, for which it ends', async () => {
    const bench = new Bench();
    const { steady, lost } = await bench.two();
    const peer = new FakePeer();
    await bench.calls.rejoin(lost.ticket, peer);
    expect(lost.peer.ended).toBe('taken-over');
    steady.seat.relayToAll(Uint8Array.of(1));
    expect([lost.peer.relays, peer.relays]).toEqual([[], [[1]]]);
    expect(steady.peer.names).toEqual(['participant.joined']);
  });

  test('waits for what was asked on the lost socket, so that its answer knows the outcome', async () => {
    const bench = new Bench();
    const { lost } = await bench.two();
    let finish: () => void = () => undefined;
    const slow = lost.seat.inTurn(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      await lost.seat.createTransport('send');
    });
    await Promise.resolve();
    lost.seat.lost();
    const back = bench.calls.rejoin(lost.ticket, new FakePeer());
    finish();
    await slow;
    expect((await back).own.transports).toHaveLength(1);
  });

  test('is not used up by a socket that has closed before its turn', async () => {
    const bench = new Bench();
    const { lost } = await bench.two();
    const closed = new FakePeer();
    const first = bench.calls.rejoin(lost.ticket, closed);
    closed.open = false;
    await expect(first).rejects.toThrow('ticket-refused');
    await expect(bench.calls.rejoin(lost.ticket, new FakePeer())).resolves.toMatchObject({ seat: lost.seat });
  });
});
