import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ParticipantId } from '../../../src/shared/identity/participant-id.ts';
import { Calls, type Gate } from '../../../src/server/calls/calls.ts';
import { RelayOutbox } from '../../../src/server/calls/relay-outbox.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeMediaPool, openGate } from '../../support/fake-media.ts';
import { callId, FakePeer, newSeat } from '../../support/fake-peer.ts';

function setUp(participantLimit = 4, gate: Gate = openGate) {
  const clock = new FakeClock();
  const pool = new FakeMediaPool();
  const events: string[] = [];
  const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
  const watcher = {
    started: (running: number) => void events.push(`started ${running}`),
    left: () => undefined,
    mediaDied: (running: number) => void events.push(`media died ${running}`),
    ended: (reason: string, running: number) => void events.push(`${reason} ${running}`),
  };
  return { clock, pool, events, calls: new Calls(pool, { clock, random, participantLimit, gate }, watcher) };
}

const rtpParameters = { codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }] };
/** Lets everything that waits for nothing but promises run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const byte = (value: number): Uint8Array<ArrayBuffer> => Uint8Array.of(value);

describe('a call', () => {
  test('is one call for all who join first at the same time', async () => {
    const { calls, pool, events } = setUp();
    const id = callId();
    const seats = await Promise.all([1, 2, 3].map(() => calls.join(id, new FakePeer(), newSeat())));
    expect(pool.taken).toHaveLength(1);
    expect(seats.map((seat) => seat.takeWelcome().others.length)).toEqual([0, 1, 2]);
    expect(events).toEqual(['started 1']);
  });

  test('ends with its last participant, and its media and name with it', async () => {
    const { calls, pool, events } = setUp();
    const id = callId();
    const [anna, ben] = [
      await calls.join(id, new FakePeer(), newSeat()),
      await calls.join(id, new FakePeer(), newSeat()),
    ];
    anna.leave();
    anna.leave();
    expect(calls.running).toBe(1);
    ben.leave();
    expect(calls.running).toBe(0);
    expect(pool.taken[0]?.lifetime.reason).toBe('closed');
    expect(events).toEqual(['started 1', 'empty 0']);
    await calls.join(id, new FakePeer(), newSeat());
    expect(pool.taken).toHaveLength(2);
  });

  test('that ends between somebody being let in and taking the seat is started anew', async () => {
    const { calls, pool } = setUp();
    const id = callId();
    const anna = await calls.join(id, new FakePeer(), newSeat());
    const joining = calls.join(id, new FakePeer(), newSeat());
    anna.leave();
    const ben = await joining;
    expect(ben.takeWelcome().others).toEqual([]);
    expect(pool.taken).toHaveLength(2);
    expect(calls.running).toBe(1);
  });

  test('refuses who comes when it is full, and has room again when somebody left', async () => {
    const { calls } = setUp(2);
    const id = callId();
    const anna = await calls.join(id, new FakePeer(), newSeat());
    await calls.join(id, new FakePeer(), newSeat());
    await expect(calls.join(id, new FakePeer(), newSeat())).rejects.toThrow('call-full');
    anna.leave();
    await expect(calls.join(id, new FakePeer(), newSeat())).resolves.toBeDefined();
  });

  test('does not start on a full router, for nobody who waited, and does once there is room', async () => {
    const { calls, pool } = setUp();
    pool.full = true;
    const id = callId();
    const both = await Promise.allSettled([
      calls.join(id, new FakePeer(), newSeat()),
      calls.join(id, new FakePeer(), newSeat()),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(calls.running).toBe(0);
    pool.full = false;
    await expect(calls.join(id, new FakePeer(), newSeat())).resolves.toBeDefined();
  });

  test('whose media process dies gets another one, and everybody in it is told; no other call is', async () => {
    const { calls, pool, events } = setUp();
    const [id, peer, other] = [callId(), new FakePeer(), new FakePeer()];
    const [anna, ben] = [await calls.join(id, peer, newSeat()), await calls.join(id, new FakePeer(), newSeat())];
    await calls.join(callId(), other, newSeat());
    await anna.createTransport('send');
    await anna.createTransport('receive');
    await ben.createTransport('send');
    const microphone = await ben.open('microphone', rtpParameters);
    await anna.subscribe({
      participantId: ben.id,
      source: 'microphone',
      wanted: { height: 90, framesPerSecond: 1 },
      priority: 1,
    });
    expect(microphone).toBe('producer-0');
    pool.taken[0]?.lifetime.end('died');
    expect(peer.names).not.toContain('media.renewed'); // not before there is one
    await settled();
    expect(peer.names.at(-1)).toBe('media.renewed');
    expect([peer.ended, other.ended, other.names]).toEqual([undefined, undefined, []]);
    expect(events).toEqual(['started 1', 'started 2', 'media died 2']);
    expect(pool.taken).toHaveLength(3);
    await expect(ben.open('microphone', rtpParameters)).rejects.toThrow('transport-missing');
    expect(
      (await calls.join(id, new FakePeer(), newSeat())).takeWelcome().others.map(({ sources }) => sources),
    ).toEqual([[], []]);
    await ben.createTransport('send');
    await expect(ben.open('microphone', rtpParameters)).resolves.toBeDefined();
    expect(pool.taken[2]?.transports).toHaveLength(1);
    for (const seat of [anna, ben]) seat.leave();
  });

  test('has no media while there is no process: what is asked of it then is refused', async () => {
    const { calls, pool } = setUp();
    const seat = await calls.join(callId(), new FakePeer(), newSeat());
    expect(seat.mediaNumber).toBe(1);
    pool.taken[0]?.lifetime.end('died');
    expect(seat.mediaNumber).toBeUndefined();
    await expect(seat.createTransport('send')).rejects.toThrow('media-renewed');
    await settled();
    expect(seat.mediaNumber).toBe(2);
  });

  test.each([
    ['three of whose media processes die within a minute', 59_000, 'media-failed'],
    ['whose media processes die seldom', 61_000, undefined],
  ] as const)('%s', async (_, lastMs, end) => {
    const { calls, pool, clock, events } = setUp();
    const peer = new FakePeer();
    await calls.join(callId(), peer, newSeat());
    for (const ms of [0, 0, lastMs]) {
      clock.advance(ms);
      pool.taken.at(-1)?.lifetime.end('died');
      await settled();
    }
    expect(peer.ended).toBe(end);
    expect(pool.taken).toHaveLength(end === undefined ? 4 : 3);
    expect(events.at(-1)).toBe(end === undefined ? 'media died 1' : 'media-failed 0');
  });

  test('ends when its media process dies and no other one is to be had', async () => {
    const { calls, pool, events } = setUp();
    const peer = new FakePeer();
    await calls.join(callId(), peer, newSeat());
    pool.full = true;
    pool.taken[0]?.lifetime.end('died');
    await settled();
    expect(peer.ended).toBe('media-failed');
    expect(events).toEqual(['started 1', 'media died 1', 'media-failed 0']);
  });

  test('that ends while it waits for another media process gives that back', async () => {
    const { calls, pool } = setUp();
    const seat = await calls.join(callId(), new FakePeer(), newSeat());
    pool.taken[0]?.lifetime.end('died');
    seat.leave();
    await settled();
    expect(pool.taken[1]?.lifetime.reason).toBe('closed');
  });

  test('gives a seat to whoever proves to be who sits in it, without the media of before; the others hear only that those ended', async () => {
    const { calls, pool } = setUp(2);
    const [id, before, after, other] = [callId(), new FakePeer(), new FakePeer(), new FakePeer()];
    const claim = newSeat();
    const ben = await calls.join(id, before, claim);
    await calls.join(id, other, newSeat());
    await ben.createTransport('send');
    await ben.open('camera', rtpParameters);
    const ticket = calls.ticketFor(ben);
    const again = await calls.join(id, after, { ...claim, lastRun: ben.takeWelcome().run });
    expect(before.ended).toBe('taken-over');
    expect(other.names).toEqual(['source.opened', 'source.closed']);
    expect(again.takeWelcome().others).toHaveLength(1);
    expect(pool.taken[0]?.transports[0]?.open).toBe(false);
    await expect(calls.rejoin(ticket, new FakePeer())).rejects.toThrow('ticket-refused');
    ben.leave(); // what the old socket still says is nothing to the seat
    expect(other.names).toHaveLength(2);
    again.leave();
    expect(other.names.at(-1)).toBe('participant.left');
  });

  test('refuses a seat that has ended in this run, and has none that ended in another', async () => {
    const { calls } = setUp();
    const [id, claim] = [callId(), newSeat()];
    const steady = await calls.join(id, new FakePeer(), newSeat());
    const lost = await calls.join(id, new FakePeer(), claim);
    const { run } = lost.takeWelcome();
    expect(steady.takeWelcome().run).toEqual(run);
    lost.leave();
    await expect(calls.join(id, new FakePeer(), { ...claim, lastRun: run })).rejects.toThrow('seat-refused');
    steady.leave();
    const back = await calls.join(id, new FakePeer(), { ...claim, lastRun: run });
    expect(back.id.key).toBe(claim.id.key);
    expect(back.takeWelcome().run).not.toEqual(run);
  });

  test('ends with the router, also one that is only starting, and none starts after', async () => {
    const { calls, pool } = setUp();
    const [peer, late] = [new FakePeer(), new FakePeer()];
    await calls.join(callId(), peer, newSeat());
    let open: () => void = () => undefined;
    pool.gate = new Promise((resolve) => {
      open = resolve;
    });
    const joining = calls.join(callId(), late, newSeat());
    const stopping = calls.stop();
    open();
    await stopping;
    await joining.then(
      () => undefined,
      () => undefined,
    );
    expect(peer.ended).toBe('router-stopping');
    expect(pool.taken.map(({ lifetime }) => lifetime.reason)).toEqual(['closed', 'closed']);
    expect(calls.running).toBe(0);
    await expect(calls.join(callId(), new FakePeer(), newSeat())).rejects.toThrow('router-full');
  });
});

describe('sources', () => {
  test('are told to the others as they open, pause, resume and close, and ended for who receives them', async () => {
    const { calls, pool } = setUp();
    const id = callId();
    const [peer, own] = [new FakePeer(), new FakePeer()];
    const ben = await calls.join(id, peer, newSeat());
    const anna = await calls.join(id, own, newSeat());
    await anna.createTransport('send');
    await ben.createTransport('receive');
    await anna.open('camera', rtpParameters);
    await expect(anna.open('camera', rtpParameters)).rejects.toThrow('source-exists');
    const of = { participantId: anna.id, source: 'camera' as const };
    const wanted = { ...of, wanted: { height: 360 as const, framesPerSecond: 15 }, priority: 0 };
    const first = await ben.subscribe(wanted);
    expect((await ben.subscribe(wanted)).consumer).toBe(first.consumer);
    await ben.resumeConsumer(of.participantId, 'camera');
    const receiving = pool.taken[0]?.transports[1]?.consumers;
    expect(receiving?.map(({ asked }) => asked)).toEqual([
      ['prioritise 1', 'prefer 1 1', 'prioritise 1', 'prefer 1 1', 'resume'],
    ]);
    await anna.pause('camera');
    await anna.pause('camera');
    expect((await calls.join(id, new FakePeer(), newSeat())).takeWelcome().others[1]?.sources).toEqual([
      { source: 'camera', paused: true },
    ]);
    await anna.resume('camera');
    anna.close('camera');
    expect(peer.names).toEqual([
      'participant.joined',
      'source.opened',
      'source.paused',
      'participant.joined',
      'source.resumed',
      'source.closed',
    ]);
    expect(own.names).toEqual(['participant.joined']);
    await expect(ben.resumeConsumer(of.participantId, 'camera')).rejects.toThrow('source-missing');
    await expect(ben.subscribe(wanted)).rejects.toThrow('source-missing');
    expect(() => {
      anna.close('camera');
    }).toThrow('source-missing');
  });

  test('cannot be had of oneself, of nobody, or without a transport; a transport only once', async () => {
    const { calls } = setUp();
    const id = callId();
    const anna = await calls.join(id, new FakePeer(), newSeat());
    const ben = await calls.join(id, new FakePeer(), newSeat());
    await expect(anna.open('microphone', rtpParameters)).rejects.toThrow('transport-missing');
    await anna.createTransport('send');
    await expect(anna.createTransport('send')).rejects.toThrow('transport-exists');
    await anna.open('microphone', rtpParameters);
    const want = (participantId: ParticipantId): Promise<unknown> =>
      ben.subscribe({ participantId, source: 'microphone', wanted: { height: 90, framesPerSecond: 1 }, priority: 0 });
    const nobody = ParticipantId.from(new Uint8Array(16));
    if (nobody === undefined) throw new Error('no id');
    await expect(want(anna.id)).rejects.toThrow('transport-missing');
    await expect(want(ben.id)).rejects.toThrow('participant-missing');
    await expect(want(nobody)).rejects.toThrow('participant-missing');
  });
});

describe('relays', () => {
  test('go out at once, and what comes within 10 ms after goes out together, in order', async () => {
    const { calls, clock } = setUp();
    const id = callId();
    const [peer, own] = [new FakePeer(), new FakePeer()];
    const ben = await calls.join(id, peer, newSeat());
    const anna = await calls.join(id, own, newSeat());
    const to = ben.id;
    anna.relayToAll(byte(1));
    expect(peer.names).toEqual(['participant.joined', 'relay.received']);
    anna.relay([{ to, bytes: byte(2) }]);
    anna.relayToAll(byte(3));
    clock.advance(9);
    expect(peer.relays).toEqual([[1]]);
    clock.advance(1);
    expect(peer.relays).toEqual([[1], [2, 3]]);
    clock.advance(50);
    anna.relayToAll(byte(4));
    expect(peer.relays).toEqual([[1], [2, 3], [4]]);
    expect(own.relays).toEqual([]);
  });

  test('that go on coming are told of less and less often, every 50 ms at last, and at once again after a pause', () => {
    const clock = new FakeClock();
    const toldAtMs: number[] = [];
    const outbox = new RelayOutbox(clock, () => toldAtMs.push(clock.nowMs() - startMs));
    const from = ParticipantId.from(new Uint8Array(16).fill(1));
    if (from === undefined) throw new Error('no id');
    const startMs = clock.nowMs();
    for (let ms = 0; ms < 180; ms += 1) {
      outbox.add({ from, bytes: byte(1) });
      clock.advance(1);
    }
    expect(toldAtMs).toEqual([0, 10, 30, 70, 120, 170]);
    clock.advance(100);
    outbox.add({ from, bytes: byte(2) });
    expect(toldAtMs.slice(6)).toEqual([220, 280]);
  });

  test('that are many are told in notices that each fit a message', async () => {
    const { calls, clock } = setUp();
    const id = callId();
    const peer = new FakePeer();
    const ben = await calls.join(id, peer, newSeat());
    const anna = await calls.join(id, new FakePeer(), newSeat());
    const to = ben.id;
    for (let index = 0; index < 8; index += 1) anna.relay([{ to, bytes: new Uint8Array(16_384).fill(index) }]);
    clock.advance(50);
    expect(peer.relays).toEqual([[0], [1, 2], [3, 4], [5, 6], [7]]);
  });

  test('to who left go nowhere, and none waits', async () => {
    const { calls, clock } = setUp();
    const id = callId();
    const [peer, other] = [new FakePeer(), new FakePeer()];
    const ben = await calls.join(id, peer, newSeat());
    const anna = await calls.join(id, new FakePeer(), newSeat());
    await calls.join(id, other, newSeat());
    const to = ben.id;
    anna.relayToAll(byte(1));
    anna.relayToAll(byte(2));
    ben.leave();
    anna.relay([{ to, bytes: byte(3) }]);
    clock.advance(1000);
    expect(peer.relays).toEqual([[1]]);
    expect(other.relays).toEqual([[1], [2]]);
    expect(clock.waiting).toBe(0);
  });

  test('are refused as a whole above 50 a second and four at once for each participant', async () => {
    const { calls, clock } = setUp();
    const id = callId();
    const peer = new FakePeer();
    const ben = await calls.join(id, peer, newSeat());
    const anna = await calls.join(id, new FakePeer(), newSeat());
    const to = ben.id;
    const nine = Array.from({ length: 9 }, () => ({ to, bytes: byte(0) }));
    expect(() => {
      anna.relay(nine);
    }).toThrow('relay-too-often');
    anna.relay(nine.slice(1));
    expect(() => {
      anna.relayToAll(byte(1));
    }).toThrow('relay-too-often');
    clock.advance(20);
    anna.relayToAll(byte(2));
    clock.advance(1000);
    expect(peer.relays.flat().filter((value) => value > 0)).toEqual([2]);
  });
});

describe("a router's own call", () => {
  const own = () => ({ ...newSeat(), own: true });

  test('counts as none, and a router that stops does not wait for it', async () => {
    const { calls, pool, events } = setUp();
    const id = callId();
    const seats = [await calls.join(id, new FakePeer(), own()), await calls.join(id, new FakePeer(), own())];
    expect([calls.running, calls.participants, pool.taken.length]).toEqual([0, 0, 1]);
    await calls.join(callId(), new FakePeer(), newSeat()).then((seat) => {
      seat.leave();
    });
    expect(events).toEqual(['started 1', 'empty 0']);
    await calls.drain(60_000);
    for (const seat of seats) seat.leave();
    expect([calls.running, calls.participants, events.length]).toEqual([0, 0, 2]);
    expect(pool.taken[0]?.lifetime.ended).toBe(true);
    await expect(calls.join(callId(), new FakePeer(), own())).rejects.toThrow('router-full');
  });

  test('is not started where there is no room for one, and takes no room', async () => {
    const asked: string[] = [];
    const gate = {
      open: true,
      admitsCall: () => asked.push('call') > 0,
      admitsParticipant: () => asked.push('participant') > 0,
    };
    const { calls } = setUp(4, gate);
    const id = callId();
    for (const claim of [own(), own()]) await calls.join(id, new FakePeer(), claim);
    expect(asked).toEqual([]);
    gate.open = false;
    await expect(calls.join(callId(), new FakePeer(), own())).rejects.toThrow('router-busy');
  });
});

describe('a router that has enough to do', () => {
  const setUpBusy = () => {
    const room = { call: true, participant: true };
    const shares: number[] = [];
    const admitsParticipant = (coreShare: number): boolean => {
      shares.push(coreShare);
      return room.participant;
    };
    return { room, shares, ...setUp(4, { open: true, admitsCall: () => room.call, admitsParticipant }) };
  };

  test('starts no call, and takes nothing for it', async () => {
    const { calls, pool, room } = setUpBusy();
    room.call = false;
    await expect(calls.join(callId(), new FakePeer(), newSeat())).rejects.toThrow('router-busy');
    expect(pool.taken).toEqual([]);
    expect(calls.running).toBe(0);
  });

  test('lets nobody more into a call that runs, and leaves alone who is in it, also when it comes back', async () => {
    const { calls, pool, room, shares } = setUpBusy();
    const [id, seat] = [callId(), newSeat()];
    const anna = await calls.join(id, new FakePeer(), seat);
    const ticket = calls.ticketFor(anna);
    for (const media of pool.taken) media.coreShare = 0.5;
    room.call = false;
    await calls.join(id, new FakePeer(), newSeat());
    expect(shares).toEqual([0.5]);
    room.participant = false;
    await expect(calls.join(id, new FakePeer(), newSeat())).rejects.toThrow('router-busy');
    await calls.rejoin(ticket, new FakePeer());
    await calls.join(id, new FakePeer(), seat);
    expect(calls.participants).toBe(2);
  });
});

describe('a router that is about to stop', () => {
  test('tells everybody how long, also who comes later, starts no more calls, and waits for those that run', async () => {
    const { calls, clock } = setUp();
    const [id, peer, late, back] = [callId(), new FakePeer(), new FakePeer(), new FakePeer()];
    const seat = await calls.join(id, peer, newSeat());
    const ticket = calls.ticketFor(seat);
    let over = false;
    const drained = calls.drain(30_000).then(() => {
      over = true;
    });
    expect(peer.heard).toEqual([{ notice: 'router.draining', params: { secondsLeft: 30 } }]);
    await expect(calls.join(callId(), new FakePeer(), newSeat())).rejects.toThrow('router-full');
    clock.advance(9_500);
    const guest = await calls.join(id, late, newSeat());
    await calls.rejoin(ticket, back);
    for (const { heard } of [late, back])
      expect(heard).toEqual([{ notice: 'router.draining', params: { secondsLeft: 21 } }]);
    await settled();
    expect(over).toBe(false);
    for (const leaving of [seat, guest]) leaving.leave();
    await drained;
    expect(clock.waiting).toBe(0);
  });

  test('waits no longer than it said', async () => {
    const { calls, clock } = setUp();
    await calls.join(callId(), new FakePeer(), newSeat());
    const drained = calls.drain(30_000);
    clock.advance(30_000);
    await drained;
    expect(calls.running).toBe(1);
  });
});
