import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ParticipantId } from '../../../src/shared/identity/participant-id.ts';
import { Calls } from '../../../src/server/calls/calls.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeMediaPool } from '../../support/fake-media.ts';
import { callId, FakePeer } from '../../support/fake-peer.ts';

function setUp(participantLimit = 4) {
  const clock = new FakeClock();
  const pool = new FakeMediaPool();
  const events: string[] = [];
  const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
  const watcher = {
    started: (running: number) => void events.push(`started ${running}`),
    left: () => undefined,
    ended: (reason: string, running: number) => void events.push(`${reason} ${running}`),
  };
  return { clock, pool, events, calls: new Calls(pool, { clock, random, participantLimit }, watcher) };
}

const rtpParameters = { codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }] };
const byte = (value: number): Uint8Array<ArrayBuffer> => Uint8Array.of(value);

describe('a call', () => {
  test('is one call for all who join first at the same time', async () => {
    const { calls, pool, events } = setUp();
    const id = callId();
    const seats = await Promise.all([1, 2, 3].map(() => calls.join(id, new FakePeer())));
    expect(pool.taken).toHaveLength(1);
    expect(seats.map((seat) => seat.takeWelcome().others.length)).toEqual([0, 1, 2]);
    expect(events).toEqual(['started 1']);
  });

  test('ends with its last participant, and its media and name with it', async () => {
    const { calls, pool, events } = setUp();
    const id = callId();
    const [anna, ben] = [await calls.join(id, new FakePeer()), await calls.join(id, new FakePeer())];
    anna.leave();
    anna.leave();
    expect(calls.running).toBe(1);
    ben.leave();
    expect(calls.running).toBe(0);
    expect(pool.taken[0]?.lifetime.reason).toBe('closed');
    expect(events).toEqual(['started 1', 'empty 0']);
    await calls.join(id, new FakePeer());
    expect(pool.taken).toHaveLength(2);
  });

  test('that ends between somebody being let in and taking the seat is started anew', async () => {
    const { calls, pool } = setUp();
    const id = callId();
    const anna = await calls.join(id, new FakePeer());
    const joining = calls.join(id, new FakePeer());
    anna.leave();
    const ben = await joining;
    expect(ben.takeWelcome().others).toEqual([]);
    expect(pool.taken).toHaveLength(2);
    expect(calls.running).toBe(1);
  });

  test('refuses who comes when it is full, and has room again when somebody left', async () => {
    const { calls } = setUp(2);
    const id = callId();
    const anna = await calls.join(id, new FakePeer());
    await calls.join(id, new FakePeer());
    await expect(calls.join(id, new FakePeer())).rejects.toThrow('call-full');
    anna.leave();
    await expect(calls.join(id, new FakePeer())).resolves.toBeDefined();
  });

  test('does not start on a full router, for nobody who waited, and does once there is room', async () => {
    const { calls, pool } = setUp();
    pool.full = true;
    const id = callId();
    const both = await Promise.allSettled([calls.join(id, new FakePeer()), calls.join(id, new FakePeer())]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(calls.running).toBe(0);
    pool.full = false;
    await expect(calls.join(id, new FakePeer())).resolves.toBeDefined();
  });

  test('whose media process dies ends for all in it, and no other call does', async () => {
    const { calls, pool, events } = setUp();
    const [peer, other] = [new FakePeer(), new FakePeer()];
    await calls.join(callId(), peer);
    await calls.join(callId(), other);
    pool.taken[0]?.lifetime.end('died');
    expect(peer.ended).toBe('media-failed');
    expect(other.ended).toBeUndefined();
    expect(events).toEqual(['started 1', 'started 2', 'media-failed 1']);
  });

  test('ends with the router, also one that is only starting, and none starts after', async () => {
    const { calls, pool } = setUp();
    const [peer, late] = [new FakePeer(), new FakePeer()];
    await calls.join(callId(), peer);
    let open: () => void = () => undefined;
    pool.gate = new Promise((resolve) => {
      open = resolve;
    });
    const joining = calls.join(callId(), late);
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
    await expect(calls.join(callId(), new FakePeer())).rejects.toThrow('router-full');
  });
});

describe('sources', () => {
  test('are told to the others as they open, pause, resume and close, and ended for who receives them', async () => {
    const { calls, pool } = setUp();
    const id = callId();
    const [peer, own] = [new FakePeer(), new FakePeer()];
    const ben = await calls.join(id, peer);
    const anna = await calls.join(id, own);
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
    expect((await calls.join(id, new FakePeer())).takeWelcome().others[1]?.sources).toEqual([
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
    const anna = await calls.join(id, new FakePeer());
    const ben = await calls.join(id, new FakePeer());
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
  test('go out at once, and what comes within 50 ms after goes out together, in order', async () => {
    const { calls, clock } = setUp();
    const id = callId();
    const [peer, own] = [new FakePeer(), new FakePeer()];
    const ben = await calls.join(id, peer);
    const anna = await calls.join(id, own);
    const to = ben.id;
    anna.relayToAll(byte(1));
    expect(peer.names).toEqual(['participant.joined', 'relay.received']);
    anna.relay([{ to, bytes: byte(2) }]);
    anna.relayToAll(byte(3));
    clock.advance(49);
    expect(peer.relays).toEqual([[1]]);
    clock.advance(1);
    expect(peer.relays).toEqual([[1], [2, 3]]);
    clock.advance(50);
    anna.relayToAll(byte(4));
    expect(peer.relays).toEqual([[1], [2, 3], [4]]);
    expect(own.relays).toEqual([]);
  });

  test('that are many are told in notices that each fit a message', async () => {
    const { calls, clock } = setUp();
    const id = callId();
    const peer = new FakePeer();
    const ben = await calls.join(id, peer);
    const anna = await calls.join(id, new FakePeer());
    const to = ben.id;
    for (let index = 0; index < 8; index += 1) anna.relay([{ to, bytes: new Uint8Array(16_384).fill(index) }]);
    clock.advance(50);
    expect(peer.relays).toEqual([[0], [1, 2], [3, 4], [5, 6], [7]]);
  });

  test('to who left go nowhere, and none waits', async () => {
    const { calls, clock } = setUp();
    const id = callId();
    const [peer, other] = [new FakePeer(), new FakePeer()];
    const ben = await calls.join(id, peer);
    const anna = await calls.join(id, new FakePeer());
    await calls.join(id, other);
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
    const ben = await calls.join(id, peer);
    const anna = await calls.join(id, new FakePeer());
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
