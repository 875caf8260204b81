import { expect, test } from 'vitest';
import { RelayQueue } from '../../../src/client/call/relay-queue.ts';
import type { Ask } from '../../../src/client/signalling/router-connection.ts';
import { toBase64Url } from '../../../src/shared/support/bytes.ts';
import { CodedError } from '../../../src/shared/protocol/errors.ts';
import { FakeClock } from './fake-clock.ts';

/** A router that answers each relay as the script says, then takes all; and what it took, by first byte. */
function routerWith(...script: (Error | undefined)[]): { ask: Ask; taken: number[] } {
  const taken: number[] = [];
  const ask = ((_request: string, params: { toAll: Uint8Array }) => {
    const error = script.shift();
    if (error !== undefined) return Promise.reject(error);
    taken.push(params.toAll[0] ?? NaN);
    return Promise.resolve({});
  }) as unknown as Ask;
  return { ask, taken };
}

function relay(first: number): { type: 'relay'; toAll: Uint8Array<ArrayBuffer> } {
  return { type: 'relay', toAll: Uint8Array.of(first) };
}

test('a relay that is too much for now goes out later, and none overtakes it', async () => {
  const clock = new FakeClock();
  const tooOften = new CodedError('relay-too-often');
  const { ask, taken } = routerWith(undefined, tooOften, tooOften);
  const queue = new RelayQueue(ask, clock);
  for (const first of [1, 2, 3]) queue.add(relay(first));
  await clock.pass(0);
  expect(taken).toEqual([1]);
  await clock.pass(500);
  expect(taken).toEqual([1, 2, 3]);
  await queue.drained;
});

test('a relay that is refused for anything else is lost, and the next goes out', async () => {
  const clock = new FakeClock();
  const { ask, taken } = routerWith(new CodedError('not-joined'), undefined);
  const queue = new RelayQueue(ask, clock);
  for (const first of [1, 2]) queue.add(relay(first));
  await queue.drained;
  expect(taken).toEqual([2]);
});

/** A router that has taken lists of `most` entries at most since the last time, whose answer comes after 100 ms; and what it took. */
function slowRouter(clock: FakeClock, most: number): { ask: Ask; taken: number[][] } {
  const taken: number[][] = [];
  const ask = (async (_request: string, params: { toAll?: Uint8Array; list?: { bytes: Uint8Array }[] }) => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    clock.after(100, () => {
      resolve(undefined);
    });
    await promise;
    const firsts = (params.list?.map(({ bytes }) => bytes) ?? [params.toAll]).map((bytes) => bytes?.[0] ?? NaN);
    if (firsts.length > most) throw new CodedError('relay-too-often');
    taken.push(firsts);
  }) as unknown as Ask;
  return { ask, taken };
}

/** One pair message, to whomever. */
function pair(first: number): { type: 'relay'; list: { to: string; bytes: Uint8Array<ArrayBuffer> }[] } {
  return { type: 'relay', list: [{ to: toBase64Url(new Uint8Array(16)), bytes: Uint8Array.of(first) }] };
}

test('what comes while a relay is under way goes out with the next, in its order', async () => {
  const clock = new FakeClock();
  const { ask, taken } = slowRouter(clock, 100);
  const queue = new RelayQueue(ask, clock);
  for (const message of [pair(1), pair(2), pair(3), relay(4), pair(5), pair(6)]) queue.add(message);
  await clock.pass(400);
  queue.add(pair(7));
  await clock.pass(100);
  expect(taken).toEqual([[1], [2, 3], [4], [5, 6], [7]]);
  await queue.drained;
});

test('a list that is more than the router takes of so few goes out in parts', async () => {
  const clock = new FakeClock();
  const { ask, taken } = slowRouter(clock, 3);
  const queue = new RelayQueue(ask, clock);
  queue.add({ type: 'relay', list: [1, 2, 3, 4, 5, 6, 7, 8].flatMap((first) => pair(first).list) });
  await clock.pass(5_000);
  expect(taken.flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  await queue.drained;
});
