import { expect, test } from 'vitest';
import { Attention } from '../../../../src/client/call/attention/attention.ts';
import { FakeClock } from '../fake-clock.ts';
import { personWith } from './people.ts';

/** Somebody whose camera can be seen as high as the test says, and whose microphone is as loud. */
function attention() {
  const clock = new FakeClock();
  const person = personWith(1, 'microphone', 'camera');
  const now = { lines: 100, energy: 0, looks: 0, changes: 0 };
  const paying = new Attention({
    others: { all: [person.other], isLarge: false },
    ears: {
      received: () => {
        const stats = { totalAudioEnergy: now.energy, totalSamplesDuration: clock.nowMs() / 1_000 };
        const receiving = person.streams.get('microphone')?.receiving;
        return Promise.resolve(new Map(receiving && [[receiving, stats as RTCInboundRtpStreamStats]]));
      },
      ownSound: () => Promise.resolve(undefined),
      tellLevel: () => undefined,
    },
    seen: () => {
      now.looks += 1;
      return now.lines;
    },
    mostCameras: 9,
    clock,
    onChange: () => {
      now.changes += 1;
    },
  });
  const height = () => person.streams.get('camera')?.wish?.size.height;
  return { paying, clock, now, height };
}

test('who is there is looked at at once; what changes in the page, all together a moment later', async () => {
  const { paying, clock, now, height } = attention();
  paying.update();
  expect(height()).toBe(90);
  const { looks } = now;
  now.lines = 700;
  for (let change = 0; change < 10; change += 1) paying.look();
  expect(now.looks).toBe(looks);
  await clock.pass(50);
  expect(height()).toBe(720);
  expect(now.looks).toBeLessThan(looks + 5);
});

test('somebody who begins to speak is noticed by itself', async () => {
  const { paying, clock, now } = attention();
  await clock.pass(500);
  expect(now.changes).toBe(1); // they are there
  for (let look = 0; look < 3; look += 1) {
    now.energy += 0.01;
    await clock.pass(250);
  }
  expect(now.changes).toBe(2);
  expect(paying.speakers).toHaveLength(1);
});

test('after its end nothing is wanted any more, and nothing is looked at', async () => {
  const { paying, clock, now } = attention();
  paying.look();
  paying.close();
  paying.update();
  await clock.pass(5_000);
  expect(now.looks).toBe(0);
});
