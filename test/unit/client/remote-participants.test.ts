import { describe, expect, test } from 'vitest';
import { RequestPace } from '../../../src/client/call/attention/pace.ts';
import { RemoteParticipants, shownStreams } from '../../../src/client/call/remote-participants.ts';
import type { Person } from '../../../src/client/encryption/messages.ts';
import type { Ask } from '../../../src/client/signalling/router-connection.ts';
import { ParticipantId } from '../../../src/shared/identity/participant-id.ts';
import { FakeClock, settle } from './fake-clock.ts';

const [somebody, another, third] = [7, 8, 9].map((value) => ParticipantId.from(new Uint8Array(16).fill(value)));
if (somebody === undefined || another === undefined || third === undefined) throw new Error('not an id');

const person: Person = {
  participant: somebody.key,
  standing: 'authenticated',
  name: 'Ada',
  nameTaken: false,
  keyHeld: true,
  capturing: ['camera'],
  decodes: ['vp8'],
  muted: false,
  missed: 0,
};

/** Everything is wanted. */
const wish = { size: { height: 720, framesPerSecond: 30 }, priority: 1 } as const;

function others() {
  const asked: string[] = [];
  const closed: string[] = [];
  const ask = ((request: string, { source }: { source: string }) => {
    asked.push(`${request} ${source}`);
    return Promise.resolve(
      request === 'subscription.set' ? { consumer: { consumerId: 'consumer-1' }, granted: null } : {},
    );
  }) as unknown as Ask;
  const media = Promise.resolve({
    receive: (_: unknown, source: string) =>
      Promise.resolve({ track: {} as MediaStreamTrack, close: () => closed.push(source) }),
  });
  const clock = new FakeClock();
  const participants: RemoteParticipants = new RemoteParticipants({
    ask,
    media,
    pace: new RequestPace(clock),
    clock,
    onChange: () => {
      for (const { streams } of participants.all) for (const stream of streams.values()) stream.want(wish);
    },
  });
  return { participants, asked, closed, clock };
}

test('an open source that is wanted is subscribed to at once, and resumed when its key is held and its sender says it is on', async () => {
  const { participants, asked } = others();
  participants.joined(somebody);
  participants.opened(somebody, 'camera');
  participants.opened(somebody, 'microphone');
  await settle();
  expect(asked.toSorted()).toEqual(['subscription.set camera', 'subscription.set microphone']);
  participants.proved([{ ...person, keyHeld: false }]);
  await settle();
  expect(asked).toHaveLength(2);
  participants.proved([person]);
  await settle();
  expect(asked.slice(2)).toEqual(['consumer.resume camera']);
  participants.proved([person]);
  await settle();
  expect(asked).toHaveLength(3);
});

test.each(['arriving', 'refused'] as const)('nothing is resumed of who is %s', async (standing) => {
  const { participants, asked } = others();
  participants.joined(somebody);
  participants.opened(somebody, 'camera');
  participants.proved([{ ...person, standing }]);
  await settle();
  expect(asked).toEqual(['subscription.set camera']);
});

test('a source that opens after its key came is resumed at once', async () => {
  const { participants, asked } = others();
  participants.joined(somebody);
  participants.proved([person]);
  participants.opened(somebody, 'camera');
  await settle();
  expect(asked).toEqual(['subscription.set camera', 'consumer.resume camera']);
});

test('a source that closes while it is being subscribed to is not received', async () => {
  const { participants, closed } = others();
  participants.joined(somebody);
  participants.opened(somebody, 'camera');
  participants.closed(somebody, 'camera');
  await settle();
  expect(participants.all[0]?.streams.size).toBe(0);
  participants.opened(somebody, 'camera');
  await settle();
  participants.left(somebody);
  expect(closed).toEqual(['camera']);
  expect(participants.all).toEqual([]);
});

test('a source of who is not there is nothing', async () => {
  const { participants, asked } = others();
  participants.opened(somebody, 'camera');
  await settle();
  expect(asked).toEqual([]);
});

describe('after a gap in the notices', () => {
  const own = (consumerId: string | null) => ({ source: 'camera' as const, paused: false, consumerId });

  test('who left is gone, who came is there, and who stayed is as before', async () => {
    const { participants, asked, closed } = others();
    participants.joined(somebody);
    participants.joined(another);
    participants.opened(somebody, 'camera');
    participants.proved([person]);
    await settle();
    const told = participants.catchUp(
      [
        { participantId: somebody, sources: [own('consumer-1')] },
        { participantId: third, sources: [] },
      ],
      true,
    );
    expect(told).toEqual({ left: [another], came: [third] });
    expect(participants.all.map(({ id }) => id)).toEqual([somebody, third]);
    await settle();
    expect(asked).toEqual(['subscription.set camera', 'consumer.resume camera']);
    expect(closed).toEqual([]);
  });

  test('a source that closed is no longer received; one that opened, or opened anew, is', async () => {
    const { participants, asked, closed } = others();
    participants.joined(somebody);
    participants.opened(somebody, 'camera');
    participants.opened(somebody, 'microphone');
    await settle();
    const replaced = own(null); // closed and opened: nothing of the new one comes
    participants.catchUp([{ participantId: somebody, sources: [replaced, { ...own(null), source: 'screen' }] }], true);
    await settle();
    expect(closed.toSorted()).toEqual(['camera', 'microphone']);
    expect(asked.slice(2)).toEqual(['subscription.set camera', 'subscription.set screen']);
    expect([...(participants.all[0]?.streams.keys() ?? [])]).toEqual(['camera', 'screen']);
  });

  test('a source that is being asked for is not asked for twice', async () => {
    const { participants, asked } = others();
    participants.joined(somebody);
    participants.opened(somebody, 'camera');
    participants.catchUp([{ participantId: somebody, sources: [own('consumer-1')] }], true);
    await settle();
    expect(asked).toEqual(['subscription.set camera']);
  });

  test('whoever has not authenticated yet is arriving for 20 s', async () => {
    const { participants, clock } = others();
    participants.joined(somebody);
    expect(participants.arriving).toBe(true);
    participants.proved([person]);
    expect(participants.arriving).toBe(false);
    participants.proved([{ ...person, standing: 'arriving' }]);
    expect(participants.arriving).toBe(true);
    await clock.pass(20_000);
    expect(participants.arriving).toBe(false);
  });
});

describe('after the call came to another run', () => {
  test('who is not there yet stays, without media, until the encryption worker takes them for gone', async () => {
    const { participants } = others();
    participants.joined(somebody);
    participants.joined(another);
    participants.proved([person, { ...person, participant: another.key }]);
    participants.dropStreams(false);
    expect(participants.catchUp([], false)).toEqual({ left: [], came: [] });
    expect(participants.all).toHaveLength(2);
    participants.joined(somebody);
    participants.proved([]); // both are gone for the worker; one of them the router still shows
    expect(participants.all.map(({ id }) => id)).toEqual([somebody]);
    await settle();
  });

  test('what is on stays on until what takes its place is, where the media before go on meanwhile', async () => {
    const { participants, closed } = others();
    participants.joined(somebody);
    participants.opened(somebody, 'camera');
    participants.opened(somebody, 'screen');
    await settle();
    const [participant] = participants.all;
    const before = participant?.streams.get('camera');
    if (participant === undefined || before === undefined) throw new Error('nobody');
    before.reception = { ...before.reception, state: 'on' };
    participants.dropStreams(true);
    expect(closed).toEqual(['screen']);
    participants.opened(somebody, 'camera');
    await settle();
    expect(shownStreams(participant)).toEqual([before]);
    const after = participant.streams.get('camera');
    if (after === undefined) throw new Error('not opened');
    after.reception = { ...after.reception, state: 'on' };
    expect(shownStreams(participant)).toEqual([after]);
    participants.dropBefore();
    expect(closed).toEqual(['screen', 'camera']);
    expect(shownStreams(participant)).toEqual([after]);
  });
});

/** A camera that was just resumed, and what the router is asked from then on. */
const resumedCamera = async () => {
  const { participants, asked } = others();
  participants.joined(somebody);
  participants.opened(somebody, 'camera');
  participants.proved([person]);
  await settle();
  const stream = participants.all[0]?.streams.get('camera');
  if (stream === undefined) throw new Error('not opened');
  asked.length = 0;
  return { participants, asked, stream };
};

test('a picture of which nothing comes, or whose packets were lost, gets a key frame, asked for once a second until something is decoded', async () => {
  const { participants, asked, stream } = await resumedCamera();
  const look = (...timesMs: readonly number[]): number => {
    for (const nowMs of timesMs) stream.checkRevived(nowMs);
    return asked.filter((one) => one === 'consumer.request-key-frame camera').length;
  };
  const decode = (decoded: number): void => {
    stream.reception = { ...stream.reception, counts: { ...stream.reception.counts, decoded } };
  };
  expect(look(500, 999)).toBe(0); // the router asks for the first one, when it is resumed
  expect(look(1_000, 1_100, 2_000)).toBe(2);
  decode(1);
  expect(look(3_000, 5_000)).toBe(2);
  participants.revive();
  expect(look(5_000, 5_500, 6_000, 6_100)).toBe(4);
  decode(2);
  expect(look(8_000)).toBe(4);
});

test('no key frame is asked for of a picture that a weak line keeps away', async () => {
  const { asked, stream } = await resumedCamera();
  stream.changed({ layers: null, why: 'bandwidth' });
  stream.checkRevived(5_000);
  expect(asked).toEqual([]);
});
