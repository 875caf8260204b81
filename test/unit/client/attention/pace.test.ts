import { expect, test } from 'vitest';
import { RequestPace } from '../../../../src/client/call/attention/pace.ts';
import { FakeClock } from '../fake-clock.ts';

test('ten go at once, five a second after that, and after 2 s of rest ten again', async () => {
  const clock = new FakeClock();
  const pace = new RequestPace(clock);
  let done = 0;
  const ask = (count: number): void => {
    for (let index = 0; index < count; index += 1)
      void pace.turn().then(() => {
        done += 1;
      });
  };
  ask(20);
  await clock.pass(0);
  expect(done).toBe(10);
  await clock.pass(1_000);
  expect(done).toBe(15);
  await clock.pass(1_000);
  expect(done).toBe(20);
  await clock.pass(2_000);
  ask(11);
  await clock.pass(0);
  expect(done).toBe(30);
});
