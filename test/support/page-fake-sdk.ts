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
} from '../../src/client/call/types.ts';
import type { Inventory } from '../../src/shared/protocol/inventory.ts';
import { sampleInventory } from './page-inventory.ts';
import { portrait } from './page-portrait.ts';

/**
 * Stands in for src/client/index.ts in a build of the page for tests: invitations are real, calls are played.
 * What is played stands in the address: `?people=3&agreement=disagreed`.
 */
export { CallError } from '../../src/client/call/call-error.ts';
export { createInvitation, readInvitation } from '../../src/client/call/invitation.ts';

const play = new URLSearchParams(location.search);

export async function joinCall(_invitation: Invitation, options: JoinOptions): Promise<Call> {
  if (play.has('hang'))
    await new Promise((_, reject) => {
      options.signal?.addEventListener('abort', () => {
        reject(new CallError('aborted'));
      });
    });
  const failure = play.get('fail');
  if (failure !== null) throw new CallError(failure as CallErrorCode);
  return new PlayedCall();
}

export function peekCall(): Promise<PeekedCall> {
  const inside = play.get('inside');
  if (inside === null) return Promise.resolve({ running: false });
  const full = play.has('full');
  return Promise.resolve({ running: true, startedAt: new Date(), full, people: Number(inside) });
}

const names = ['Ana', 'Ben Okafor', 'Chidi', 'Dörte Lindqvist', 'Emre', 'Fatou Diallo', 'Goran', 'Hana', 'Ines Moreau'];

function person(index: number): Participant {
  const hasCamera = index % 3 !== 2;
  const track = hasCamera ? portrait(28 + index * 47) : undefined;
  return {
    id: `p${index}`,
    standing: 'authenticated',
    name: names[index % names.length],
    nameTaken: false,
    speaking: false,
    microphone: { state: index % 4 === 1 ? 'off' : 'on' },
    camera: video(hasCamera ? 'on' : 'off', track),
    screen: video('off', undefined),
  };
}

function video(state: Participant['camera']['state'], track: MediaStreamTrack | undefined): Participant['camera'] {
  return {
    state,
    track,
    attach: (element) => {
      element.srcObject = track === undefined ? null : new MediaStream([track]);
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
  const [a, b, c, d, e] = [0, 1, 2, 3, 4].map(person) as [
    Participant,
    Participant,
    Participant,
    Participant,
    Participant,
  ];
  return [
    { ...a, camera: video('waiting', undefined) },
    { ...b, camera: video('undecryptable', undefined) },
    { ...c, standing: 'arriving', name: undefined },
    { ...d, nameTaken: true },
    { ...e, standing: 'refused', name: undefined, camera: video('off', undefined) },
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
  readonly #kind: 'microphone' | 'camera';

  constructor(kind: 'microphone' | 'camera') {
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
    this.state.set(this.#kind === 'camera' ? 'off' : 'muted');
    return Promise.resolve();
  }
}

class PlayedCall implements Call {
  readonly participants = new Store(people());
  readonly speakers = new Store<readonly string[]>([]);
  readonly connection = new Store<Connection>({
    phase: play.has('reconnecting') ? 'connecting' : 'connected',
    reason: undefined,
  });
  readonly encryption = new Store(encryption(this.participants.get().length));
  readonly microphone = new PlayedSource('microphone');
  readonly camera = new PlayedSource('camera');
  readonly screen = new PlayedSource('camera');
  readonly sound = { blocked: new Store(play.has('blocked')), unlock: () => Promise.resolve() };
  readonly joinMs = 1;

  constructor() {
    const end = play.get('end') as CallErrorCode | null;
    if (end !== null)
      queueMicrotask(() => {
        this.connection.set({ phase: 'ended', reason: end });
      });
  }

  inventory(): Promise<Inventory> {
    return play.has('mute-router') ? Promise.reject(new CallError('ended')) : Promise.resolve(sampleInventory);
  }

  statistics(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  leave(): Promise<void> {
    this.connection.set({ phase: 'ended', reason: 'left' });
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }
}
