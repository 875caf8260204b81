import { expect, test } from 'vitest';
import { PeopleView } from '../../../src/client/call/people-view.ts';
import { noReception, type Reception } from '../../../src/client/call/reception.ts';
import type { RemoteParticipant } from '../../../src/client/call/remote-participants.ts';
import type { RemoteStream } from '../../../src/client/call/remote-stream.ts';
import { VideoElements } from '../../../src/client/call/video-elements.ts';
import type { Person } from '../../../src/client/encryption/messages.ts';
import { ParticipantId } from '../../../src/shared/identity/participant-id.ts';
import type { Source } from '../../../src/shared/identity/source.ts';

function idOf(byte: number): ParticipantId {
  const id = ParticipantId.from(new Uint8Array(16).fill(byte));
  if (id === undefined) throw new Error('not an id');
  return id;
}

function person(byte: number, more: Partial<Person> = {}): Person {
  return {
    participant: idOf(byte).key,
    standing: 'authenticated',
    name: `Person ${byte}`,
    nameTaken: false,
    keyHeld: true,
    capturing: ['microphone', 'camera'],
    decodes: ['vp8'],
    muted: false,
    missed: 0,
    ...more,
  };
}

const track = (kind: string) => ({ kind }) as MediaStreamTrack;

function participant(
  byte: number,
  more: { person?: Person | undefined; state?: Reception['state']; stream?: Partial<RemoteStream> } = {},
) {
  const stream = (source: Source, kind: string): [Source, RemoteStream] => [
    source,
    {
      source,
      reception: { ...noReception, state: more.state ?? 'on' },
      receiving: { track: track(kind) },
      wanted: true,
      why: 'sent',
      ...more.stream,
    } as unknown as RemoteStream,
  ];
  const known: RemoteParticipant = {
    id: idOf(byte),
    firstSeenMs: 0,
    streams: new Map([stream('microphone', 'audio'), stream('camera', 'video')]),
    before: new Map(),
    absent: false,
    person: 'person' in more ? more.person : person(byte),
    speech: undefined,
    told: undefined,
  };
  return known;
}

const unseen = () => ({ lines: () => undefined, [Symbol.dispose]: () => undefined });
const view = () => new PeopleView(new VideoElements(unseen, () => undefined));

test('an authenticated participant is shown by name, seen and heard', () => {
  const { participants, sounds, videos } = view().update([participant(1)]);
  expect(participants).toMatchObject([
    { standing: 'authenticated', name: 'Person 1', camera: { state: 'on' }, microphone: { state: 'on' } },
  ]);
  expect([sounds.size, videos.size]).toEqual([1, 1]);
});

test.each([
  ['the worker knows nothing of', undefined],
  ['is still arriving', person(1, { standing: 'arriving' })],
  ['was refused', person(1, { standing: 'refused' })],
])('whoever %s has no name, and nothing of them is played', (_, known) => {
  const { participants, sounds, videos } = view().update([participant(1, { person: known })]);
  expect(participants).toMatchObject([{ camera: { state: 'off' }, microphone: { state: 'off' } }]);
  expect(participants[0]?.name).toBeUndefined();
  expect(participants[0]?.camera.track).toBeUndefined();
  expect([sounds.size, videos.size]).toEqual([0, 0]);
});

test('a source that its sender calls off is not played, whatever the router forwards', () => {
  const { participants, sounds } = view().update([participant(1, { person: person(1, { capturing: ['camera'] }) })]);
  expect(participants[0]?.microphone.state).toBe('off');
  expect(sounds.size).toBe(0);
});

test('a source that its sender calls on and the router withholds is waited for', () => {
  const known = participant(1);
  known.streams.clear();
  expect(view().update([known]).participants[0]?.camera.state).toBe('waiting');
});

test('a microphone that is muted is off, and its silence goes on being played, so that nothing is lost after it', () => {
  const { participants, sounds } = view().update([participant(1, { person: person(1, { muted: true }) })]);
  expect(participants[0]?.microphone.state).toBe('off');
  expect(sounds.size).toBe(1);
});

test('a microphone that is not received, in a large call, is on', () => {
  const { participants, sounds } = view().update([participant(1, { stream: { wanted: false } })]);
  expect(participants[0]?.microphone.state).toBe('on');
  expect(sounds.size).toBe(0);
});

test('a camera that is not received is not shown, whatever of it still comes', () => {
  const { participants, videos } = view().update([participant(1, { stream: { wanted: false } })]);
  expect(participants[0]?.camera).toMatchObject({ state: 'not-shown', track: undefined });
  expect(videos.size).toBe(0);
});

test.each([
  ['bandwidth', 'our-line'],
  ['not-sent', 'sender'],
  ['paused', 'sender'],
] as const)('a camera of which nothing comes (%s) is paused, on account of %s', (why, pausedBy) => {
  const { participants } = view().update([participant(1, { stream: { why } })]);
  expect(participants[0]?.camera).toMatchObject({ state: 'paused', pausedBy });
});

test('whoever speaks is said to', () => {
  const speaking = participant(1);
  speaking.speech = { sinceMs: 0, lastMs: 500 };
  const people = view();
  expect(people.update([speaking]).participants[0]?.speaking).toBe(true);
  expect(people.update([{ ...speaking, speech: undefined }]).participants[0]?.speaking).toBe(false);
  expect(people.pause().participants[0]?.speaking).toBe(false);
});

test('whoever did not change stays the same object, and so does the list', () => {
  const people = view();
  const [first, second] = [participant(1), participant(2)];
  const before = people.update([first, second]).participants;
  expect(people.update([first, second]).participants).toBe(before);

  second.person = person(2, { capturing: [] });
  const after = people.update([first, second]).participants;
  expect(after).not.toBe(before);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test('snapshots cannot be changed', () => {
  const [shown] = view().update([participant(1)]).participants;
  expect([shown, shown?.camera, shown?.microphone].every(Object.isFrozen)).toBe(true);
});

test('ids are of this page only, and are not used again', () => {
  const people = view();
  const [first] = people.update([participant(1)]).participants;
  expect(first?.id).not.toContain(idOf(1).key);
  people.update([]);
  expect(people.update([participant(1)]).participants[0]?.id).not.toBe(first?.id);
});

test('while joining anew everybody stays, without picture and sound', () => {
  const people = view();
  people.update([participant(1)]);
  const { participants, sounds, videos } = people.pause();
  expect(participants).toMatchObject([{ name: 'Person 1', camera: { state: 'waiting' } }]);
  expect(participants[0]?.camera.track).toBeUndefined();
  expect([sounds.size, videos.size]).toEqual([0, 0]);
});
