import './no-eval.ts';
import '../shared/support/dispose.ts';
import { toUtf8 } from '../shared/support/bytes.ts';
import { CallError } from './call/call-error.ts';
import type { Invitation } from './call/invitation.ts';
import { JoinedCall } from './call/joined-call.ts';
import { peek } from './call/peek.ts';
import type { Call, JoinOptions, PeekedCall, PeekOptions, RouterPin } from './call/types.ts';
import type { ToWorker, VideoCodec } from './encryption/messages.ts';
import { prepareDevice } from './media/device.ts';
import { canEncrypt } from './media/transform.ts';
import { videoAbilities } from './media/video-codecs.ts';
import { probe, type ProbedRouter } from './regions/probe.ts';
import { startOnFirst } from './regions/start.ts';
import { browserClock } from './signalling/browser-clock.ts';
import { browserNetwork } from './signalling/browser-network.ts';
import { mintInWorker } from './tokens/mint-in-worker.ts';
import { TokenWallet, type WalletOptions } from './tokens/wallet.ts';
import type { ListedRouter } from '../shared/regions/region-list.ts';

export { CallError } from './call/call-error.ts';
export { createInvitation, readInvitation, type Invitation } from './call/invitation.ts';
export { readRouterInfo, type RouterInfo } from './call/router-info.ts';
export type {
  Call,
  CallErrorCode,
  Connection,
  Encryption,
  JoinOptions,
  OwnSource,
  Participant,
  PeekedCall,
  PeekOptions,
  Readable,
  ReceivedStream,
  RemoteAudio,
  RemoteVideo,
  RouterPin,
  TurnOnOptions,
} from './call/types.ts';
export type { Agreement, VideoCodec } from './encryption/messages.ts';
export { nearest, type ReadyRouter } from './regions/nearest.ts';
export type { ProbedRouter } from './regions/probe.ts';
export { readRegions } from './regions/read-regions.ts';

export type { TokenWallet, WalletOptions } from './tokens/wallet.ts';
export type { Admission } from '../shared/protocol/admission.ts';
export type { Inventory } from '../shared/protocol/inventory.ts';
export type { ListedRouter } from '../shared/regions/region-list.ts';

/** What videos are sent in when nobody says otherwise. */
const usualCodecs: readonly VideoCodec[] = ['vp8', 'vp9'];

/** Longest name, in bytes of UTF-8 (ENCRYPTION "auth"). */
const nameBytes = 64;

/** An encryption worker that no session has yet. It has keys of nobody, and is ended by whoever takes it. */
let spareWorker: Worker | undefined;

function makeWorker(): Worker {
  return new Worker(new URL('./encryption/worker/main.ts', import.meta.url), { type: 'module' });
}

/**
 * Makes ready what the next `joinCall` needs of this browser, which then takes a fifth less time to the first picture. To be called where people still
 * look at themselves; again after each call. Asks for no device, and nothing goes to any router. `worker`: as in `JoinOptions`.
 */
export function prepareToJoin({ worker = makeWorker }: Pick<JoinOptions, 'worker'> = {}): void {
  if (!canEncrypt() || spareWorker !== undefined) return;
  const spare = worker();
  spareWorker = spare;
  spare.addEventListener('error', () => {
    if (spareWorker === spare) spareWorker = undefined; // joining will tell why
  });
  spare.postMessage({ type: 'rehearse' } satisfies ToWorker);
  prepareDevice();
}

/**
 * Joins the call of an invitation. Resolves when the router has let us in and the first key is agreed (or nobody else
 * is there); media flow as sources are turned on. Rejects with CallError, everything undone. Throws RangeError when
 * the name has more than 64 bytes of UTF-8. Leaves by itself when the page goes away.
 */
export async function joinCall(invitation: Invitation, options: JoinOptions): Promise<Call> {
  if (toUtf8(options.name).length > nameBytes) throw new RangeError('name is longer than 64 bytes');
  if (!canEncrypt()) throw new CallError('browser-cannot-encrypt');
  const call = await JoinedCall.join(invitation, options, {
    clock: browserClock,
    video: await videoAbilities(options.videoCodecs ?? usualCodecs),
    network: browserNetwork,
    socket: (url) => new WebSocket(url),
    worker: () => {
      const worker = spareWorker ?? (options.worker ?? makeWorker)();
      spareWorker = undefined;
      return worker;
    },
  });
  const vanish = (): void => {
    call.vanish();
  };
  addEventListener('pagehide', vanish);
  call.connection.subscribe(({ phase }) => {
    if (phase === 'ended') removeEventListener('pagehide', vanish);
  });
  return call;
}

/**
 * Looks at a call before joining it, over a short connection of its own; the others do not notice. Rejects with CallError.
 */
export function peekCall(invitation: Invitation, options: PeekOptions = {}): Promise<PeekedCall> {
  return peek(invitation, {
    clock: browserClock,
    socket: (url) => new WebSocket(url),
    signal: options.signal ?? new AbortController().signal,
    tokens: options.tokens,
  });
}

/**
 * Asks all routers of a list at once how they are and how far. Each of them sees the device's IP address by that. Takes 3 s at
 * most. Rejects with CallError `aborted`.
 */
export function probeRouters(
  routers: readonly ListedRouter[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly ProbedRouter[]> {
  return probe(routers, {
    clock: browserClock,
    socket: (url) => new WebSocket(url),
    signal: options.signal ?? new AbortController().signal,
  });
}

/**
 * Starts a call on the first of these routers that lets us: `nearest(await probeRouters(list))`, or the one that somebody chose
 * before those. The invitation names that router and its key, so whoever joins needs no list. Rejects like `joinCall`.
 */
export async function startCall(
  routers: readonly RouterPin[],
  options: JoinOptions,
): Promise<{ readonly call: Call; readonly invitation: Invitation }> {
  const { joined, invitation } = await startOnFirst(routers, (to) => joinCall(to, options));
  return { call: joined, invitation };
}

/** Tokens for routers that ask for them. What fetches and computes is loaded when the first batch is fetched. */
export function openWallet(options: WalletOptions): TokenWallet {
  const worker =
    options.worker ?? (() => new Worker(new URL('./tokens/worker.ts', import.meta.url), { type: 'module' }));
  return new TokenWallet(options, {
    clock: browserClock,
    random: Math.random,
    mint: (request) => mintInWorker(request, worker),
  });
}
