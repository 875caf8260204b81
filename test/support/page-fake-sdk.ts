import { CallError } from '../../src/client/call/call-error.ts';
import type { Invitation } from '../../src/client/call/invitation.ts';
import { Store } from '../../src/client/call/store.ts';
import type {
  Call,
  CallErrorCode,
  Connection,
  Encryption,
  JoinOptions,
  OwnSource,
  Participant,
  PeekedCall,
  PeekOptions,
} from '../../src/client/call/types.ts';
import type { ProbedRouter } from '../../src/client/regions/probe.ts';
import type { TokenWallet, WalletOptions } from '../../src/client/tokens/wallet.ts';
import type { ListedRouter } from '../../src/shared/regions/region-list.ts';
import type { Inventory } from '../../src/shared/protocol/inventory.ts';
import { drawnDocument } from './page-document.ts';
import { sampleInventory } from './page-inventory.ts';
import { portrait } from './page-portrait.ts';

/**
 * Stands in for src/client/index.ts in a build of the page for tests: invitations are real, calls are played.
 * What is played stands in the address: `?people=3&agreement=disagreed`.
 */
export { CallError } from '../../src/client/call/call-error.ts';
export { createInvitation, readInvitation } from '../../src/client/call/invitation.ts';
export { readRouterInfo } from '../../src/client/call/router-info.ts';

export { nearest } from '../../src/client/regions/nearest.ts';

const play = new URLSearchParams(location.search);

export function prepareToJoin(): void {
  // Played calls need nothing.
}

export async function joinCall(_invitation: Invitation, options: JoinOptions): Promise<Call> {
  if (play.has('hang'))
    await new Promise((_, reject) => {
      options.signal?.addEventListener('abort', () => {
        reject(new CallError('aborted'));
      });
    });
  await options.tokens?.();
  const failure = play.get('fail');
  if (failure !== null) throw new CallError(failure as CallErrorCode);
  return new PlayedCall();
}

/** `?code=1`: an issuer that makes passes for whoever has the code `letmein`. */
export function openWallet({ authorization }: WalletOptions): Pick<TokenWallet, 'fetchAhead' | 'take' | 'moveTo'> {
  const fetchAhead = (): Promise<void> => {
    const good = !play.has('code') || authorization?.() === 'Bearer letmein';
    return good ? Promise.resolve() : Promise.reject(new CallError('token-needed'));
  };
  return { fetchAhead, take: () => fetchAhead().then(() => undefined), moveTo: () => undefined };
}

/** `?costly=1`: each look costs a pass. */
export function peekCall(_invitation: Invitation, options: PeekOptions): Promise<PeekedCall> {
  if (play.has('costly') && options.tokens === undefined) return Promise.reject(new CallError('token-needed'));
  const inside = play.get('inside');
  if (inside === null) return Promise.resolve({ running: false });
  const full = play.has('full');
  return Promise.resolve({ running: true, startedAt: new Date(), full, people: Number(inside) });
}

const listed = (region: string, host = region): ListedRouter => ({
  region,
  url: `https://${host}.calls.example`,
  routerKey: 'A'.repeat(43),
});

/** What `?routers=` says of the operator's routers. */
const standings: Readonly<Record<string, readonly ProbedRouter[]>> = {
  three: [
    { ...listed('frankfurt'), standing: 'ready', roundTripMs: 11.8 },
    { ...listed('paris'), standing: 'ready', roundTripMs: 31 },
    { ...listed('virginia'), standing: 'ready', roundTripMs: 98.4 },
  ],
  odd: [
    { ...listed('frankfurt', 'fra1'), standing: 'draining', roundTripMs: 12 },
    { ...listed('frankfurt', 'fra2'), standing: 'busy', roundTripMs: 12 },
    { ...listed('paris'), standing: 'wrong-key' },
    { ...listed('virginia'), standing: 'ready', roundTripMs: 98 },
    { ...listed('tokyo'), standing: 'unreachable' },
  ],
};

/** `?routers=refused` and `expired`: a list that is not believed. */
export function readRegions(): readonly ListedRouter[] {
  const routers = play.get('routers') ?? '';
  if (routers === 'refused' || routers === 'expired') throw new CallError(`regions-${routers}`);
  return (standings[routers] ?? []).map(({ region, url, routerKey }) => ({ region, url, routerKey }));
}

export function probeRouters(routers: readonly ListedRouter[]): Promise<readonly ProbedRouter[]> {
  const all = standings[play.get('routers') ?? ''] ?? [];
  return Promise.resolve(all.filter(({ url }) => routers.some((one) => one.url === url)));
}

const names = ['Ana', 'Ben Okafor', 'Chidi', 'Dörte Lindqvist', 'Emre', 'Fatou Diallo', 'Goran', 'Hana', 'Ines Moreau'];
/** How many of the first people share a screen, and who of them all speaks. */
const shares = Number(play.get('shares') ?? 0);
const speaking = Number(play.get('speaking') ?? -1);

function person(index: number): Participant {
  const hasCamera = index % 3 !== 2;
  return {
    id: `p${index}`,
    standing: 'authenticated',
    name: names[index % names.length],
    nameTaken: false,
    speaking: index === speaking,
    microphone: { state: index % 4 === 1 ? 'off' : 'on' },
    camera: video(hasCamera ? 'on' : 'off', () => portrait(28 + index * 47)),
    screen: video(index < shares ? 'on' : 'off', drawnDocument),
  };
}

/** Drawn only when somebody looks. */
function video(state: Participant['camera']['state'], draw?: () => MediaStreamTrack): Participant['camera'] {
  return {
    state,
    track: undefined,
    attach: (element) => {
      element.srcObject = draw === undefined ? null : new MediaStream([draw()]);
      return {
        [Symbol.dispose]: () => {
          element.srcObject = null;
        },
      };
    },
  };
}

/** Everybody in a state of their own. */
function oddPeople(): readonly Participant[] {
  const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, (_, index) => person(index)) as [
    Participant,
    Participant,
    Participant,
    Participant,
    Participant,
    Participant,
    Participant,
    Participant,
  ];
  return [
    { ...a, camera: video('waiting') },
    { ...b, camera: video('undecryptable') },
    { ...c, standing: 'arriving', name: undefined },
    { ...d, nameTaken: true },
    { ...e, standing: 'refused', name: undefined, camera: video('off') },
    { ...f, camera: { ...video('paused'), pausedBy: 'our-line' } },
    { ...g, camera: { ...video('paused'), pausedBy: 'sender' }, speaking: true },
    { ...h, camera: video('not-shown') },
  ];
}

function people(): readonly Participant[] {
  if (play.has('odd')) return oddPeople();
  return Array.from({ length: Number(play.get('people') ?? 0) }, (_, index) => person(index));
}

function encryption(count: number): Encryption {
  switch (play.get('agreement')) {
    case 'waiting':
      return { agreement: { state: 'waiting' } };
    case 'disagreed':
      return { agreement: { state: 'disagreed' } };
    case null:
    default:
      return count === 0
        ? { agreement: { state: 'alone' } }
        : { agreement: { state: 'agreed', code: '482910573601948275530617294806', people: count + 1 } };
  }
}

class PlayedSource implements OwnSource {
  readonly state = new Store<'off' | 'starting' | 'on' | 'muted'>('off');
  readonly track = new Store<MediaStreamTrack | undefined>(undefined);
  readonly #kind: 'microphone' | 'camera' | 'screen';

  constructor(kind: 'microphone' | 'camera' | 'screen') {
    this.#kind = kind;
  }

  turnOn(): Promise<void> {
    if (play.has('denied')) return Promise.reject(new CallError('device-denied'));
    if (this.#kind === 'camera') this.track.set(portrait(200));
    this.state.set('on');
    return Promise.resolve();
  }

  turnOff(): Promise<void> {
    this.track.set(undefined);
    this.state.set(this.#kind === 'microphone' ? 'muted' : 'off');
    return Promise.resolve();
  }
}

class PlayedCall implements Call {
  readonly participants = new Store(people());
  readonly speakers = new Store<readonly string[]>(speaking < 0 ? [] : [`p${speaking}`]);
  readonly connection = new Store<Connection>({
    phase: play.has('reconnecting') ? 'connecting' : 'connected',
    media: play.has('reconnecting') ? 'none' : 'flowing',
    reason: undefined,
  });
  readonly encryption = new Store(encryption(this.participants.get().length));
  readonly microphone = new PlayedSource('microphone');
  readonly camera = new PlayedSource('camera');
  readonly screen = new PlayedSource('screen');
  readonly sound = { blocked: new Store(play.has('blocked')), unlock: () => Promise.resolve() };
  readonly joinMs = 1;

  constructor() {
    const end = play.get('end') as CallErrorCode | null;
    if (end !== null)
      queueMicrotask(() => {
        this.connection.set({ phase: 'ended', media: 'none', reason: end });
      });
  }

  inventory(): Promise<Inventory> {
    return play.has('mute-router') ? Promise.reject(new CallError('ended')) : Promise.resolve(sampleInventory);
  }

  statistics(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  leave(): Promise<void> {
    this.connection.set({ phase: 'ended', media: 'none', reason: 'left' });
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }
}
