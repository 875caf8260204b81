import type { Source } from '../../../shared/identity/source.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { openFrame, parseFrame } from '../frames/frame.ts';
import type { FrameCodec } from '../messages.ts';
import { Budget } from './budget.ts';
import { broadcastKey, fromKid } from './derive.ts';
import type { KeysBody } from './keys-body.ts';
import { ReceivedChain } from './received-chain.ts';
import type { KeyTiming } from './timing.ts';

/** What came of one received frame. */
export type Opened =
  | { readonly outcome: 'opened'; readonly frame: Bytes }
  | { readonly outcome: 'undecryptable' | 'replayed' | 'not-capturing' };

/**
 * How many frames a second are tried under another step than the chain's current one. An honest sender needs a few at each
 * step; more makes forged key ids dearer for us, at about 0.1 ms each.
 */
const guessesPerSecond = 50;

/** How many chains of one peer are held at most. An honest one has five on their way at the very most. */
const mostChains = 8;

/** What one peer's media is opened with (ENCRYPTION "Receiving"). Deleted, by `purge`, when the peer is gone. */
export class ReceivedKeys {
  readonly #callBinding: Bytes;
  readonly #timing: KeyTiming;
  /** By chain number, ascending. */
  readonly #chains = new Map<number, ReceivedChain>();
  readonly #capturing = new Set<Source>();
  readonly #guesses = new Budget(guessesPerSecond);
  /** The highest chain number ever taken: there is no way back. */
  #highest = 0;

  /** `callBinding`: the 32 bytes `binding` derived from the call key. `timing` may have getters that follow the size of the call. */
  constructor(input: { callBinding: Bytes; timing: KeyTiming }) {
    this.#callBinding = input.callBinding;
    this.#timing = input.timing;
  }

  /** A `keys` message of this peer, in the order of arrival. Copies the keys; the caller overwrites its own. */
  take(body: KeysBody, nowMs: number): void {
    this.#takeChain(body.chain, body.step, body.key, nowMs);
    if (body.next !== undefined) this.#takeChain(body.next.chain, 0, body.next.key, nowMs);
    this.tick(nowMs);
  }

  /** The peer's roster told the chain and step it uses. */
  told(chain: number, step: number, nowMs: number): void {
    this.#live(chain, nowMs)?.told(step, nowMs);
  }

  /** The newest chain held, and its newest known step: while there is one, consumers may be resumed. */
  get newest(): { chain: number; step: number } | undefined {
    const last = [...this.#chains].at(-1);
    return last && { chain: last[0], step: last[1].current };
  }

  /** What one's own roster says one holds of this peer: the newest chain that no leave has condemned. Undefined: none. */
  get lastingChain(): number | undefined {
    return [...this.#chains].findLast(([, held]) => !held.condemned)?.[0];
  }

  /** Somebody, whoever it was, has left: what is held now will expire. To be called on every remaining peer's keys. */
  leaveKnown(nowMs: number): void {
    for (const chain of this.#chains.values()) chain.condemn(nowMs + this.#timing.afterLeaveMs);
  }

  /** Overwrites what has expired. Answers when to call again, on the clock of `nowMs`; undefined: nothing is planned. */
  tick(nowMs: number): number | undefined {
    let nextMs = Infinity;
    for (const [number, chain] of this.#chains) {
      if (chain.expiresMs <= nowMs || number <= this.#highest - mostChains) this.#forget(number);
      else {
        chain.prune(nowMs);
        nextMs = Math.min(nextMs, chain.expiresMs, chain.nextPruneMs);
      }
    }
    return nextMs === Infinity ? undefined : nextMs;
  }

  /** The peer's last `capture`. Before the first, all its sources are off. */
  setCapturing(source: Source, on: boolean): void {
    if (on) this.#capturing.add(source);
    else this.#capturing.delete(source);
  }

  /** Opens one frame of `source`. Never rejects, and hands out nothing that was not authenticated, or twice. */
  async open(source: Source, codec: FrameCodec, frame: Uint8Array, nowMs: number): Promise<Opened> {
    if (!this.#capturing.has(source)) return { outcome: 'not-capturing' };
    const sealed = parseFrame(codec, frame);
    const named = sealed && fromKid(sealed.kid);
    const chain = named && this.#live(named.chain, nowMs);
    if (sealed === undefined || named === undefined || chain === undefined) return { outcome: 'undecryptable' };
    const counter = Number(sealed.counter);
    if (!Number.isSafeInteger(counter)) return { outcome: 'undecryptable' };
    const window = chain.window(source);
    if (!window.isFresh(counter)) return { outcome: 'replayed' };
    if (!this.#mayTry(chain, named.step, nowMs)) return { outcome: 'undecryptable' };
    try {
      const key = await chain.frameKey(source, named.step);
      const opened = key && (await openFrame(key, sealed));
      // ENCRYPTION "Receiving": whatever was forgotten or called off while the frame was being opened counts.
      const isStillGood = this.#chains.get(named.chain) === chain && this.#capturing.has(source);
      if (opened === undefined || !isStillGood) return { outcome: 'undecryptable' };
      // ENCRYPTION "Replay": of two copies opened at the same time, the first to come here is delivered.
      if (!window.mark(counter)) return { outcome: 'replayed' };
      chain.verified(named.step, nowMs);
      return { outcome: 'opened', frame: opened };
    } catch {
      return { outcome: 'undecryptable' };
    }
  }

  /** The key (32 bytes) of a broadcast of this peer, or undefined: none such. It moves nothing on. */
  broadcastKey(kid: number, counter: number, nowMs: number): Bytes | undefined {
    const named = fromKid(kid);
    const chain = named && this.#live(named.chain, nowMs);
    if (named === undefined || chain === undefined || !this.#mayTry(chain, named.step, nowMs)) return undefined;
    const mediaKey = chain.mediaKey(named.step);
    return mediaKey && broadcastKey(mediaKey, this.#callBinding, kid, counter);
  }

  /** Overwrites every key; nothing is opened any more. */
  purge(): void {
    for (const number of [...this.#chains.keys()]) this.#forget(number);
    this.#highest = Infinity;
    this.#capturing.clear();
  }

  #takeChain(number: number, step: number, key: Bytes, nowMs: number): void {
    const held = this.#live(number, nowMs);
    if (held !== undefined) held.told(step, nowMs);
    else if (number > this.#highest) {
      for (const chain of this.#chains.values()) chain.expire(nowMs + this.#timing.afterReplacedMs);
      this.#chains.set(number, new ReceivedChain({ chain: number, step, key, callBinding: this.#callBinding }));
      this.#highest = number;
    }
  }

  #live(number: number, nowMs: number): ReceivedChain | undefined {
    const chain = this.#chains.get(number);
    if (chain === undefined || chain.expiresMs <= nowMs) return undefined;
    chain.prune(nowMs);
    return chain;
  }

  #mayTry(chain: ReceivedChain, step: number, nowMs: number): boolean {
    return step === chain.current || (chain.reaches(step) && this.#guesses.take(nowMs));
  }

  #forget(number: number): void {
    this.#chains.get(number)?.purge();
    this.#chains.delete(number);
  }
}
