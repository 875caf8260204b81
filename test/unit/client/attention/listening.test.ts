import { expect, test } from 'vitest';
import { Listening } from '../../../../src/client/call/attention/listening.ts';
import { isSpeaking } from '../../../../src/client/call/attention/speech.ts';
import type { Receiving, SoundTotals } from '../../../../src/client/media/media.ts';
import { FakeClock } from '../fake-clock.ts';
import { personWith } from './people.ts';

/** People whose microphones the test plays at a level (of full scale 1), a quarter of a second at a time. */
function room(count: number) {
  const clock = new FakeClock();
  const people = Array.from({ length: count }, (_, index) => personWith(index + 1, 'microphone'));
  const sums = new Map<Receiving, { totalAudioEnergy: number; totalSamplesDuration: number }>();
  const others = { all: people.map(({ other }) => other), isLarge: false };
  const own = { sound: undefined as SoundTotals | undefined, told: [] as number[] };
  const listening = new Listening(
    others,
    {
      received: () =>
        Promise.resolve(
          new Map([...sums].map(([receiving, sum]) => [receiving, { ...sum } as unknown as RTCInboundRtpStreamStats])),
        ),
      ownSound: () => Promise.resolve(own.sound),
      tellLevel: (level) => own.told.push(level),
    },
    clock,
  );
  return {
    people,
    others,
    own,
    clock,
    listening,
    /** Plays these levels and listens; answers who speaks then. */
    play: async (levels: readonly number[], times = 1) => {
      for (let time = 0; time < times; time += 1) {
        await clock.pass(250);
        for (const [index, level] of levels.entries()) {
          const receiving = people[index]?.streams.get('microphone')?.receiving;
          if (receiving === undefined) continue;
          const { totalAudioEnergy, totalSamplesDuration } = sums.get(receiving) ?? {
            totalAudioEnergy: 0,
            totalSamplesDuration: 0,
          };
          sums.set(receiving, {
            totalAudioEnergy: totalAudioEnergy + level ** 2 * 0.25,
            totalSamplesDuration: totalSamplesDuration + 0.25,
          });
        }
        await listening.look();
      }
      return people.flatMap(({ other }, index) => (isSpeaking(other.speech) ? [index] : []));
    },
  };
}

test('who is loud speaks, and comes first; who falls silent does not, and stays before those who said nothing', async () => {
  const { play, listening, people } = room(3);
  await play([0, 0, 0]);
  expect(await play([0, 0.1, 0.001], 2)).toEqual([1]);
  await play([0, 0.1, 0.001], 4);
  const keys = people.map(({ key }) => key);
  expect(listening.speakers).toEqual([keys[1], keys[0], keys[2]]);
  const before = listening.speakers;
  expect(await play([0, 0, 0], 5)).toEqual([]);
  expect(listening.speakers).toBe(before);
});

test('who is muted, off, or has not authenticated does not speak, whatever comes', async () => {
  const { play, people } = room(3);
  const [first, second, third] = people.map(({ other }) => other);
  if (first?.person) first.person = { ...first.person, muted: true };
  if (second?.person) second.person = { ...second.person, capturing: [] };
  if (third?.person) third.person = { ...third.person, standing: 'refused' };
  expect(await play([0.2, 0.2, 0.2], 5)).toEqual([]);
});

test('in a large call, whose microphone is not received speaks by their own word, while it is fresh', async () => {
  const { play, people, clock, others } = room(2);
  others.isLarge = true;
  people[1]?.streams.clear();
  const [, other] = people.map((person) => person.other);
  if (other === undefined) throw new Error('nobody');
  other.told = { level: 0.1, atMs: clock.nowMs() };
  expect(await play([0], 4)).toEqual([1]);
  expect(await play([0], 6)).toEqual([]);
});

test('our own level is told in a large call only: what has gone into the microphone since the last look', async () => {
  const { play, own, others } = room(1);
  own.sound = { energy: 1, seconds: 10 };
  await play([0]);
  expect(own.told).toEqual([]);
  others.isLarge = true;
  await play([0]);
  own.sound = { energy: 1 + 0.2 ** 2 * 0.25, seconds: 10.25 };
  await play([0]);
  expect(own.told[0]).toBe(0);
  expect(own.told[1]).toBeCloseTo(0.2);
});

test('nothing is said to have changed while nothing has', async () => {
  const { listening, play } = room(1);
  await play([0]);
  expect(await listening.look()).toBe(false);
});
