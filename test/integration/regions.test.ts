import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Invitation } from '../../src/client/call/invitation.ts';
import { nearest } from '../../src/client/regions/nearest.ts';
import { probe, type ProbedRouter } from '../../src/client/regions/probe.ts';
import { startOnFirst } from '../../src/client/regions/start.ts';
import { systemClock } from '../../src/server/support/system-clock.ts';
import type { ListedRouter } from '../../src/shared/regions/region-list.ts';
import { DistantRouter } from '../support/distant-router.ts';
import { NodeParticipant } from '../../src/tools/peers/node-participant.ts';

const starts = 20;

let stack: AsyncDisposableStack;
let far: DistantRouter;
let near: DistantRouter;
let between: DistantRouter;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  far = stack.use(await DistantRouter.start('far', 90));
  near = stack.use(await DistantRouter.start('near', 6));
  between = stack.use(await DistantRouter.start('between', 45));
});
afterEach(() => stack.disposeAsync());

const look = (routers: readonly ListedRouter[]): Promise<readonly ProbedRouter[]> =>
  probe(routers, {
    clock: systemClock,
    socket: (url) => new WebSocket(url),
    signal: new AbortController().signal,
  });

/** Starts a call as whoever opens a page does, over the same line. */
async function startCall(routers: readonly ListedRouter[]): Promise<NodeParticipant> {
  const { joined } = await startOnFirst(nearest(await look(routers)), join);
  return joined;
}

function join(invitation: Invitation): Promise<NodeParticipant> {
  const { routerUrl: address, routerKeys } = invitation;
  const [routerKey] = routerKeys;
  if (routerKey === undefined) throw new Error('no key');
  return NodeParticipant.join({ address, routerKey }, { link: invitation.link(address), name: 'Ada' });
}

const started = (): number[] => [far, near, between].map((one) => one.started());
const list = (): ListedRouter[] => [far, near, between].map(({ listed }) => listed);

test(`a call starts on the nearest of three routers, ${starts} times of ${starts}`, async () => {
  const startAfterStart = async (): Promise<void> => {
    for (let time = 1; time <= starts / 2; time += 1) {
      using ada = await startCall(list());
      await ada.client.request('call.leave', {});
    }
  };
  await Promise.all([startAfterStart(), startAfterStart()]);
  expect(started()).toEqual([0, starts, 0]);
}, 120_000);

test('on the next one while the nearest is about to stop, or after it has, and on the last when it is the only one', async () => {
  stack.use(await startCall(list()));
  const stopped = near.router.drain(3_600_000);
  expect((await look(list())).map(({ standing }) => standing)).toEqual(['ready', 'draining', 'ready']);
  stack.use(await startCall(list()));
  expect(started()).toEqual([0, 1, 1]);

  await near.router.close();
  await stopped;
  expect((await look(list())).map(({ standing }) => standing)).toEqual(['ready', 'unreachable', 'ready']);
  stack.use(await startCall(list()));
  expect(started()).toEqual([0, 1, 2]);

  await between.router.close();
  stack.use(await startCall(list()));
  expect(started()).toEqual([1, 1, 2]);
});

test('a router that has another key than the list says is told apart, and gets no call', async () => {
  const lied = list().map((one) => (one.region === 'near' ? { ...one, routerKey: far.listed.routerKey } : one));
  const probed = await look(lied);
  expect(probed.map(({ region, standing }) => `${region} ${standing}`)).toEqual([
    'far ready',
    'near wrong-key',
    'between ready',
  ]);
  stack.use(await startCall(lied));
  expect(started()).toEqual([0, 0, 1]);
});

test('the time of a round is measured as it is', async () => {
  const times = (await look(list())).map((one) => ('roundTripMs' in one ? one.roundTripMs : 0));
  for (const [index, awayMs] of [90, 6, 45].entries()) {
    expect(times[index]).toBeGreaterThan(awayMs - 2);
    expect(times[index]).toBeLessThan(awayMs + 500); // two busy cores
  }
});
