import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  CallError,
  createInvitation,
  readInvitation,
  type JoinOptions,
  type ListedRouter,
  type PeekedCall,
  type ProbedRouter,
} from '../../../src/client/index.ts';
import { KeptLink, KeptPasses, KeptRegion, RememberedName } from '../../../src/page/model/kept-link.ts';
import { PageModel, type Screen } from '../../../src/page/model/page-model.ts';
import { Passes } from '../../../src/page/model/passes.ts';
import { Regions } from '../../../src/page/model/regions.ts';
import { FakeCall, FakeStorage, FakeTrack } from '../../support/page-doubles.ts';

const origin = 'https://calls.example';
const routerKey = 'A'.repeat(42) + 'E';
const link = createInvitation({ routerUrl: origin, routerKey }).link(origin);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ready = (one: ListedRouter): ProbedRouter => ({
  ...one,
  standing: 'ready',
  roundTripMs: one.region === 'near' ? 10 : 100,
});

/** A page at `href`, of which the test plays the SDK, the address bar, the storage, and the routers that its operator has. */
function pageAt(href: string, listed: readonly ListedRouter[] = [], find: (one: ListedRouter) => ProbedRouter = ready) {
  const asked: string[][] = [];
  const session = new FakeStorage();
  const local = new FakeStorage();
  const address = {
    origin,
    current: href,
    gone: undefined as string | undefined,
    href: () => address.current,
    dropFragment: () => {
      address.current = address.current.split('#')[0] ?? '';
    },
    go: (to: string) => {
      address.gone = to;
    },
  };
  const microphone = new FakeTrack('audio');
  const peeks: { signal: AbortSignal | undefined; pays: boolean; answer: PromiseWithResolvers<PeekedCall> }[] = [];
  const joins: { options: JoinOptions; answer: PromiseWithResolvers<FakeCall> }[] = [];
  const prepared = { times: 0 };
  const wallet = { forgotten: 0, fetched: 0 };
  const passes = new Passes(
    new KeptPasses(local),
    () => Promise.resolve(undefined),
    () => ({
      fetchAhead: () => {
        wallet.fetched += 1;
        return Promise.resolve();
      },
      take: () => Promise.resolve(undefined),
      forget: () => (wallet.forgotten += 1),
      moveTo: () => undefined,
    }),
  );
  const fetchRouterInfo = () =>
    Promise.resolve({
      routerKey,
      admission: undefined,
      region: undefined,
      regionsKey: listed.length === 0 ? undefined : routerKey,
    });
  const regions = new Regions({
    fetchRouterInfo,
    fetchRegions: () => Promise.resolve(''),
    readRegions: () => listed,
    probeRouters: (routers) => {
      asked.push(routers.map(({ region }) => region));
      return Promise.resolve(routers.map((one) => find(one)));
    },
    kept: new KeptRegion(local),
    nowMs: () => Date.now(),
  });
  const model = new PageModel({
    sdk: {
      createInvitation,
      readInvitation,
      peekCall: (_invitation, options) => {
        const answer = Promise.withResolvers<PeekedCall>();
        peeks.push({ signal: options?.signal, pays: options?.tokens !== undefined, answer });
        return answer.promise;
      },
      prepareToJoin: () => {
        prepared.times += 1;
      },
      joinCall: (_invitation, options) => {
        const answer = Promise.withResolvers<FakeCall>();
        joins.push({ options, answer });
        return answer.promise;
      },
    },
    address,
    kept: new KeptLink(session),
    name: new RememberedName(local),
    passes,
    regions,
    fetchRouterInfo,
    capture: () => Promise.resolve({ microphone: { ok: true, track: microphone.asTrack } }),
  });
  /** The screen, which must be of this kind. */
  const at = <K extends Screen['at']>(kind: K): Extract<Screen, { at: K }> => {
    const screen = model.screen.value;
    expect(screen.at).toBe(kind);
    return screen as Extract<Screen, { at: K }>;
  };
  const joinAs = async (name: string, call: FakeCall | Error): Promise<void> => {
    const joined = model.join(name, false);
    const join = joins.at(-1);
    if (call instanceof Error) join?.answer.reject(call);
    else join?.answer.resolve(call);
    await joined;
  };
  return { model, asked, session, local, address, passes, wallet, joins, prepared, peeks, microphone, at, joinAs };
}

test('joining is prepared in the lobby, and again in that of the next call, but not for whoever has no invitation', async () => {
  const page = pageAt(link);
  page.model.home();
  expect(page.prepared.times).toBe(0);
  page.model.open();
  page.at('lobby');
  expect(page.prepared.times).toBe(1);
  await page.joinAs('Ada', new CallError('router-unreachable'));
  const { again } = page.at('failure');
  if (again !== undefined) page.model.again(again);
  page.at('lobby');
  expect(page.prepared.times).toBe(2);
});

test('the invitation leaves the address bar on reading and stays for a reload', () => {
  const page = pageAt(link);
  page.model.open();
  expect(page.address.current).toBe(`${origin}/`);
  expect([...page.session.items.values()]).toEqual([link]);
  page.at('lobby');
});

test('a reload comes back to the lobby of the same call', () => {
  const page = pageAt(`${origin}/`);
  page.session.setItem('sotto-invitation', link);
  page.model.open();
  expect(page.at('lobby').lobby.invitation.link(origin)).toBe(link);
});

test('a damaged invitation is told, leaves the address bar, and is not kept', () => {
  const page = pageAt(link.slice(0, -5));
  page.model.open();
  expect(page.at('failure').code).toBe('invitation-damaged');
  expect(page.address.current).not.toContain('#');
  expect(page.session.items.size).toBe(0);
});

test('an invitation of another version is told apart', () => {
  const page = pageAt(`${origin}/#${'Ag' + link.slice(link.indexOf('#') + 3)}`);
  page.model.open();
  expect(page.at('failure').code).toBe('invitation-newer');
});

test('starting a call makes an invitation with the key of the router', async () => {
  const page = pageAt(`${origin}/`);
  await page.model.start();
  const made = page.at('lobby').lobby.invitation.link(origin);
  expect(made).toMatch(/^https:\/\/calls\.example\/#[\w-]{80,}$/u);
  expect([...page.session.items.values()]).toEqual([made]);
});

test('a pasted link of this router is read, of another one followed, and anything else refused', () => {
  const page = pageAt(`${origin}/`);
  page.model.paste('javascript:alert(1)#x');
  expect(page.model.pasteRefused.value).toBe(true);
  page.model.paste('https://elsewhere.example/#abc');
  expect(page.address.gone).toBe('https://elsewhere.example/#abc');
  page.model.paste(`Join us: ${link} (at noon)`);
  page.at('lobby');
  expect(page.model.pasteRefused.value).toBe(false);
});

test('joining hands the tracks of the lobby to the call', async () => {
  const page = pageAt(link);
  page.model.open();
  await page.at('lobby').lobby.turnOn('microphone');
  const call = new FakeCall();
  await page.joinAs('Ana', call);
  page.at('call');
  expect(page.joins[0]?.options.name).toBe('Ana');
  expect(call.microphone.track.get()).toBe(page.microphone.asTrack);
  expect(page.microphone.stopped).toBe(false);
  expect(call.camera.state.get()).toBe('off');
});

test('a name of spaces does not join', async () => {
  const page = pageAt(link);
  page.model.open();
  await page.model.join('   ', false);
  expect(page.joins).toHaveLength(0);
  page.at('lobby');
});

test('a name is remembered only if that was asked for, and forgotten when not any more', () => {
  const page = pageAt(link);
  page.model.open();
  void page.model.join('Ana', true);
  expect([...page.local.items.values()]).toEqual(['Ana']);
  page.model.cancel();
  void page.model.join('Ana', false);
  expect(page.local.items.size).toBe(0);
});

test('cancelling a join calls it off and comes back to the same lobby', async () => {
  const page = pageAt(link);
  page.model.open();
  const { lobby } = page.at('lobby');
  const joined = page.model.join('Ana', false);
  page.at('connecting');
  page.model.cancel();
  expect(page.joins[0]?.options.signal?.aborted).toBe(true);
  page.joins[0]?.answer.reject(new CallError('aborted'));
  await joined;
  expect(page.at('lobby').lobby).toBe(lobby);
});

test('what a join fails with is told, the devices are freed, and the way back is kept where it can help', async () => {
  const page = pageAt(link);
  page.model.open();
  await page.at('lobby').lobby.turnOn('microphone');
  await page.joinAs('Ana', new CallError('call-full'));
  const { code, again } = page.at('failure');
  expect(code).toBe('call-full');
  expect(page.microphone.stopped).toBe(true);
  if (again !== undefined) page.model.again(again);
  expect(page.at('lobby').lobby.invitation.link(origin)).toBe(link);
});

test('leaving clears the tab’s storage at once, and the way back after half a minute', async () => {
  const page = pageAt(link);
  page.model.open();
  await page.joinAs('Ana', new FakeCall());
  await page.at('call').call.leave();
  expect(page.session.items.size).toBe(0);
  expect(page.at('left').again).toBeDefined();
  vi.advanceTimersByTime(30_000);
  expect(page.at('left').again).toBeUndefined();
});

test('a page that goes away keeps its invitation, since that may be a reload', async () => {
  const page = pageAt(link);
  page.model.open();
  const call = new FakeCall();
  await page.joinAs('Ana', call);
  call.end('left');
  expect([...page.session.items.values()]).toEqual([link]);
  page.at('lobby');
});

test('coming back within that time is not undone by it', async () => {
  const page = pageAt(link);
  page.model.open();
  await page.joinAs('Ana', new FakeCall());
  await page.at('call').call.leave();
  const { again } = page.at('left');
  if (again !== undefined) page.model.again(again);
  vi.advanceTimersByTime(60_000);
  page.at('lobby');
});

test('a call that ends by itself is forgotten; one that fails can be tried again', async () => {
  const ended = pageAt(link);
  ended.model.open();
  const call = new FakeCall();
  await ended.joinAs('Ana', call);
  call.end('ended');
  ended.at('ended');
  expect(ended.session.items.size).toBe(0);

  const failed = pageAt(link);
  failed.model.open();
  const other = new FakeCall();
  await failed.joinAs('Ana', other);
  other.end('router-unreachable');
  expect(failed.at('failure').again).toBeDefined();
  expect(failed.session.items.size).toBe(1);
});

test('in a call, a fragment is only taken out of the address bar', async () => {
  const page = pageAt(link);
  page.model.open();
  await page.joinAs('Ana', new FakeCall());
  const { call } = page.at('call');
  page.address.current = `${origin}/#something`;
  page.model.open();
  expect(page.address.current).toBe(`${origin}/`);
  expect(page.at('call').call).toBe(call);
});

test('going home from the lobby frees the devices and forgets the invitation', async () => {
  const page = pageAt(link);
  page.model.open();
  await page.at('lobby').lobby.turnOn('microphone');
  page.model.home();
  page.at('landing');
  expect(page.microphone.stopped).toBe(true);
  expect(page.session.items.size).toBe(0);
});

test('the lobby looks inside at once and every 30 s, as long as somebody stands in it', async () => {
  const page = pageAt(link);
  page.model.open();
  const { inside } = page.at('lobby').lobby;
  expect(inside.seen.value).toBeUndefined();
  page.peeks[0]?.answer.resolve({ running: false });
  await vi.advanceTimersByTimeAsync(29_999);
  expect(inside.seen.value).toEqual({ running: false });
  expect(page.peeks).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  const seen: PeekedCall = { running: true, startedAt: new Date(0), full: false, people: 2 };
  page.peeks[1]?.answer.resolve(seen);
  await vi.advanceTimersByTimeAsync(0);
  expect(inside.seen.value).toEqual(seen);
  page.model.home();
  await vi.advanceTimersByTimeAsync(300_000);
  expect(page.peeks).toHaveLength(2);
});

test('a look that fails says nothing, also not what was seen before, and is tried again', async () => {
  const page = pageAt(link);
  page.model.open();
  const { inside } = page.at('lobby').lobby;
  page.peeks[0]?.answer.resolve({ running: false });
  await vi.advanceTimersByTimeAsync(30_000);
  page.peeks[1]?.answer.reject(new CallError('router-unreachable'));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(inside.seen.value).toBeUndefined();
  page.at('lobby');
  expect(page.peeks).toHaveLength(3);
});

test('joining waits for no look inside and calls it off; back in the lobby it goes on', async () => {
  const page = pageAt(link);
  page.model.open();
  void page.model.join('Lea', false);
  expect(page.joins).toHaveLength(1);
  expect(page.peeks.map(({ signal }) => signal?.aborted)).toEqual([true]);
  page.peeks[0]?.answer.resolve({ running: false });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(page.peeks).toHaveLength(1);
  page.model.cancel();
  expect(page.peeks).toHaveLength(2);
  expect(page.at('lobby').lobby.inside.seen.value).toBeUndefined();
});

test('nothing is looked at any more once one is in the call', async () => {
  const page = pageAt(link);
  page.model.open();
  await page.joinAs('Lea', new FakeCall());
  page.at('call');
  await vi.advanceTimersByTimeAsync(300_000);
  expect(page.peeks).toHaveLength(1);
});

test('where a look costs a pass, it is looked only when somebody asks, each time', async () => {
  const page = pageAt(link);
  page.model.open();
  const { inside } = page.at('lobby').lobby;
  page.peeks[0]?.answer.reject(new CallError('token-needed'));
  await vi.advanceTimersByTimeAsync(300_000);
  expect(page.peeks.map(({ pays }) => pays)).toEqual([false]);
  expect(inside.costly.value).toBe('offered');

  void inside.ask();
  void inside.ask();
  expect(inside.costly.value).toBe('looking');
  const seen: PeekedCall = { running: true, startedAt: new Date(0), full: false, people: 2 };
  page.peeks[1]?.answer.resolve(seen);
  await vi.advanceTimersByTimeAsync(300_000);
  expect(page.peeks.map(({ pays }) => pays)).toEqual([false, true]);
  expect([inside.costly.value, inside.seen.value]).toEqual(['offered', seen]);

  void inside.ask();
  page.peeks[2]?.answer.reject(new CallError('issuer-unreachable'));
  await vi.advanceTimersByTimeAsync(0);
  expect([inside.costly.value, inside.seen.value]).toEqual(['failed', undefined]);
});

test('a join takes passes, and comes back to the same lobby when they want an access code', async () => {
  const page = pageAt(link);
  page.model.open();
  const { lobby } = page.at('lobby');
  await lobby.turnOn('microphone');
  await page.joinAs('Ana', new CallError('token-needed'));
  expect(page.joins[0]?.options.tokens).toBe(page.passes.take);
  expect(page.at('lobby').lobby).toBe(lobby);
  expect(page.passes.code.value).toBe('needed');
  expect(page.microphone.stopped).toBe(false);
});

test('passes that the router refuses are not tried again', async () => {
  const page = pageAt(link);
  page.model.open();
  await page.joinAs('Ana', new CallError('token-refused'));
  expect(page.at('failure').code).toBe('token-refused');
  expect(page.wallet).toEqual({ forgotten: 1, fetched: 1 });
});

const far: ListedRouter = { region: 'far', url: origin, routerKey };
const near: ListedRouter = { region: 'near', url: 'https://near.example', routerKey };

/** A page of the router that is far, where there is one that is nearer. */
const pageOfTwo = (find?: (one: ListedRouter) => ProbedRouter) => pageAt(`${origin}/`, [far, near], find);

test('a call starts on the nearest router, whose own page it goes to', async () => {
  const page = pageOfTwo();
  page.model.open();
  await page.model.start();
  expect(page.address.gone).toMatch(/^https:\/\/near\.example\/#[\w-]{80,}$/u);
  expect(page.asked).toEqual([['far', 'near'], ['near']]);
  page.at('landing');
});

test('a call starts here when this router is the nearest that starts calls', async () => {
  const page = pageOfTwo((one) => (one === near ? { ...near, standing: 'draining', roundTripMs: 10 } : ready(one)));
  await page.model.start();
  expect(page.at('lobby').lobby.invitation.link(origin)).toMatch(/^https:\/\/calls\.example\/#/u);
});

test('a router that was chosen is the only one that is asked, and stays only if somebody wants that', async () => {
  const page = pageOfTwo();
  page.model.open();
  await vi.advanceTimersByTimeAsync(0);
  page.model.regions.choose(far.url);
  await page.model.start();
  page.at('lobby');
  expect(page.asked).toEqual([['far', 'near'], ['far']]);
  expect(page.local.items.size).toBe(0);

  page.model.regions.keep(true);
  expect([...page.local.items.values()]).toEqual([far.url]);
  page.model.regions.choose(undefined);
  expect(page.local.items.size).toBe(0);
});

test('where a router is kept as chosen, opening the page asks no other', async () => {
  const page = pageOfTwo();
  page.local.setItem('sotto-router', near.url);
  page.model.open();
  await page.model.start();
  expect(page.asked).toEqual([['near'], ['near']]);
  expect(page.model.regions.nearest.value).toBeUndefined(); // of one, nobody can say
  expect(page.address.gone).toContain('near.example');
});

test('how far routers are counts for a minute, then all are asked again before a call starts', async () => {
  const page = pageOfTwo();
  page.model.open();
  await vi.advanceTimersByTimeAsync(60_000);
  await page.model.start();
  await vi.advanceTimersByTimeAsync(1);
  await page.model.start();
  expect(page.asked).toEqual([['far', 'near'], ['near'], ['far', 'near'], ['near']]);
});

test('a call starts on the next router when the nearest has begun to stop since it was found', async () => {
  let stops = false;
  const page = pageOfTwo((one) =>
    one.region === 'near' && stops ? { ...near, standing: 'draining', roundTripMs: 10 } : ready(one),
  );
  page.model.open();
  await vi.advanceTimersByTimeAsync(0);
  stops = true;
  await page.model.start();
  expect(page.at('lobby').lobby.invitation.routerUrl).toBe(origin);
  expect(page.asked).toEqual([['far', 'near'], ['near'], ['far']]);
});

test.each<[ProbedRouter['standing'], string]>([
  ['busy', 'router-full'],
  ['draining', 'router-full'],
  ['unreachable', 'router-unreachable'],
  ['wrong-key', 'router-unreachable'],
])('no call starts where every router is %s', async (standing, code) => {
  const page = pageOfTwo((one) => ({ ...one, standing, roundTripMs: 1 }));
  await page.model.start();
  expect(page.at('failure').code).toBe(code);
});

test('who is invited asks no other router', async () => {
  const page = pageAt(link, [far, near]);
  page.model.open();
  page.at('lobby');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(page.asked).toEqual([]);
});
