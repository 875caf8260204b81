import { expect, test } from 'vitest';
import { probe } from '../../../src/client/regions/probe.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { toBase64Url } from '../../../src/shared/support/bytes.ts';
import { FakeClock, settle } from '../client/fake-clock.ts';
import { FakeRouter, routerPair } from '../client/fake-router.ts';

/** A probe of two routers, which the test plays. */
function probing() {
  const clock = new FakeClock();
  const calling = new AbortController();
  const pairs = [routerPair(), routerPair()];
  const [near, far] = pairs.map((pair) => new FakeRouter(pair));
  if (near === undefined || far === undefined) throw new Error('no routers');
  const listed = pairs.map(({ publicKey }, index) => ({
    region: ['near', 'far'][index] ?? '',
    url: `https://r${index}.example`,
    routerKey: toBase64Url(publicKey),
  }));
  const outcome = probe(listed, {
    clock,
    socket: (url) => (url === 'wss://r0.example/socket' ? near.socket : far.socket),
    signal: calling.signal,
  }).catch((error: unknown) => error);
  return { clock, calling, near, far, outcome };
}

function answerTo(router: FakeRouter, id: number, newCalls: 'ready' | 'draining' = 'ready'): void {
  const asked = router.requests.find((request) => request.id === id);
  if (asked?.request !== 'router.info') throw new Error('it did not ask');
  router.answer(id, 'router.info', { newCalls, nonce: asked.params.nonce });
}

/** Answers questions, each after so many ms. */
async function answers(router: FakeRouter, clock: FakeClock, afterMs: readonly number[]): Promise<void> {
  router.open();
  for (const [index, ms] of afterMs.entries()) {
    await settle();
    await clock.pass(ms);
    answerTo(router, index + 1);
  }
  await settle();
}

test('asks one thing six times, and takes the median of the last five', async () => {
  const { clock, near, far, outcome } = probing();
  far.close(1006);
  await answers(near, clock, [400, 10, 300, 20, 30, 12]);
  expect(await outcome).toMatchObject([
    { region: 'near', standing: 'ready', roundTripMs: 20 },
    { region: 'far', standing: 'unreachable' },
  ]);
  expect(new Set(near.requests.map(({ request }) => request))).toEqual(new Set(['router.info']));
  expect(near.closedWith).toBe(4000);
});

test('a router that is silent, or slow, or says nonsense, is one that does not answer', async () => {
  const silent = probing();
  silent.far.close(1006);
  await silent.clock.pass(3_000);
  expect(await silent.outcome).toMatchObject([{ standing: 'unreachable' }, { standing: 'unreachable' }]);

  const slow = probing();
  slow.far.close(1006);
  await answers(slow.near, slow.clock, [600, 600, 600, 600, 700]);
  expect(await slow.outcome).toMatchObject([{ standing: 'unreachable' }, { standing: 'unreachable' }]);
  expect(slow.near.closedWith).toBe(4000);

  const strange = probing();
  strange.far.close(1006);
  strange.near.open();
  await settle();
  strange.near.refuse(1, 'router-busy');
  expect(await strange.outcome).toMatchObject([{ standing: 'unreachable' }, { standing: 'unreachable' }]);
});

test('an answer that was on its way before the question does not count', async () => {
  const { clock, near, far, outcome } = probing();
  far.close(1006);
  await answers(near, clock, [80]);
  near.answer(2, 'router.info', { newCalls: 'ready', nonce: new Uint8Array(limits.nonceBytes) });
  expect(await outcome).toMatchObject([{ standing: 'unreachable' }, { standing: 'unreachable' }]);
});

test('what is true at the last answer counts', async () => {
  const { clock, near, far, outcome } = probing();
  far.close(1006);
  await answers(near, clock, [1, 1, 1, 1, 1]);
  answerTo(near, 6, 'draining');
  expect(await outcome).toMatchObject([{ standing: 'draining' }, {}]);
});

test('can be called off', async () => {
  const { calling, near, outcome } = probing();
  near.open();
  await settle();
  calling.abort();
  expect(await outcome).toMatchObject({ code: 'aborted' });
  expect(near.closedWith).toBe(4000);
});
