import { expect, test } from 'vitest';
import { RelayQueue } from '../../../src/client/call/relay-queue.ts';
import type { Ask } from '../../../src/client/signalling/router-connection.ts';
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
