import { describe, expect, test } from 'vitest';
import { KeySchedule } from '../../../src/client/encryption/keys/key-schedule.ts';
import { timingFor } from '../../../src/client/encryption/keys/timing.ts';

function makeSchedule(): { schedule: KeySchedule; made: () => number } {
  let made = 0;
  const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill((made += 1));
  return { schedule: new KeySchedule({ random, timing: timingFor(3) }), made: () => made };
}

describe('a wanted chain', () => {
  test('is made at the next tick and used two seconds later', () => {
    const { schedule } = makeSchedule();
    schedule.want();
    expect(schedule.tick(1_000)).toBe(true);
    expect(schedule.pending?.chain).toBe(2);
    expect(schedule.nextTickMs).toBe(3_000);
    schedule.apply(2_999);
    expect(schedule.chain).toBe(1);
    schedule.apply(3_000);
    expect(schedule).toMatchObject({ chain: 2, step: 0, pending: undefined });
    expect(schedule.key).toEqual(new Uint8Array(32).fill(2));
  });

  test('is one, however often it is asked for while another is pending, and comes no sooner than the gap', () => {
    const { schedule, made } = makeSchedule();
    schedule.want();
    expect(schedule.tick(0)).toBe(true);
    for (const nowMs of [100, 900, 1_999]) {
      schedule.want();
      expect(schedule.tick(nowMs)).toBe(false);
    }
    expect(schedule.tick(schedule.nextTickMs ?? 0)).toBe(true);
    expect(schedule.pending?.chain).toBe(3);
    expect(schedule.tick(4_000)).toBe(false);
    expect(schedule.chain).toBe(3);
    expect(schedule.nextTickMs).toBeUndefined();
    expect(made()).toBe(3);
  });

  test('waits five seconds after the last in a call of more than 40', () => {
    const schedule = new KeySchedule({ random: (length) => new Uint8Array(length), timing: timingFor(41) });
    schedule.want();
    schedule.tick(0);
    schedule.want();
    expect(schedule.tick(2_000)).toBe(false);
    expect(schedule.nextTickMs).toBe(5_000);
    expect(schedule.tick(5_000)).toBe(true);
  });

  test('comes by itself after 2^24 frames, once', () => {
    const { schedule } = makeSchedule();
    for (let frame = 1; frame < 2 ** 24; frame += 1) schedule.countFrame();
    expect(schedule.tick(0)).toBe(false);
    schedule.countFrame();
    expect(schedule.tick(0)).toBe(true);
    schedule.countFrame();
    expect(schedule.tick(2_000)).toBe(false);
    expect(schedule).toMatchObject({ chain: 2, nextTickMs: undefined });
  });
});

test('a chain that replaces at once is newer than one that was pending, which never comes', () => {
  const { schedule } = makeSchedule();
  schedule.want();
  schedule.tick(0);
  const pending = schedule.pending?.key;
  schedule.replace(500);
  expect(schedule).toMatchObject({ chain: 3, pending: undefined, nextTickMs: undefined });
  expect(pending?.purged).toBe(true);
});

test('a step overwrites the one before', () => {
  const { schedule } = makeSchedule();
  const { key } = schedule;
  schedule.moveOn(0);
  expect(key).toEqual(new Uint8Array(32));
  expect(schedule.key).not.toEqual(key);
});

test('after step 65,535 comes a new chain', { timeout: 60_000 }, () => {
  const { schedule } = makeSchedule();
  for (let step = 0; step < 65_535; step += 1) expect(schedule.moveOn(0)).toBe(false);
  expect(schedule).toMatchObject({ chain: 1, step: 65_535 });
  expect(schedule.moveOn(0)).toBe(true);
  expect(schedule).toMatchObject({ chain: 2, step: 0 });
});

test('purged, it has no key, used or pending', () => {
  const { schedule } = makeSchedule();
  schedule.want();
  schedule.tick(0);
  const { key } = schedule;
  const pending = schedule.pending?.key;
  schedule.purge();
  expect(key).toEqual(new Uint8Array(32));
  expect(pending?.purged).toBe(true);
  expect(() => schedule.key).toThrow('purged');
});
