import type { Source } from '../../../shared/identity/source.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { FrameKey } from '../frames/frame-key.ts';
import { frameRules } from '../frames/frame-rules.ts';
import { sealFrame } from '../frames/frame.ts';
import type { FrameCodec } from '../messages.ts';
import { broadcastKey, frameBaseKey, kidOf } from './derive.ts';
import { KeySchedule } from './key-schedule.ts';
import type { KeysBody } from './keys-body.ts';
import type { KeyTiming } from './timing.ts';

/** How long a source counts as open after its last frame, in ms. Longer than any pause between two frames of a muted microphone. */
const openAfterFrameMs = 5_000;

/** How long `keys` and the roster that answers them may be on their way, in ms. A lower number makes needless rotations on slow lines. */
const onTheWayMs = 1_500;

/**
 * One's own media key, and the counters that live and die with it (ENCRYPTION "Media keys"). One per call, never saved, never
 * restored. After `handOver`, `rotate`, `owes` and `setSourceOpen`, call `tick`; also once per roster interval whatever it said.
 */
export class SendingKey {
  readonly #schedule: KeySchedule;
  readonly #callBinding: Bytes;
  /** Of each source the next counter; never set back, whatever happens to key, transform or producer. */
  readonly #counters = new Map<Source, number>();
  readonly #frameKeys = new Map<Source, { kid: number; key: Promise<FrameKey> }>();
  readonly #openSources = new Set<Source>();
  #lastFrameMs = -Infinity;
  /** Nobody has been given the key. */
  #locked = true;
  /** Somebody who has left knows the key: nothing is sealed under it any more. */
  #stale = false;
  /** A frame was refused because the key is stale. */
  #missed = false;
  #keysDue = false;
  #sealedSinceStep = false;
  #purged = false;

  /** `callBinding`: the 32 bytes `binding` derived from the call key. `timing` may have getters that follow the size of the call. */
  constructor(input: { random(length: number): Bytes; callBinding: Bytes; timing: KeyTiming }) {
    this.#schedule = new KeySchedule(input);
    this.#callBinding = input.callBinding;
  }

  /** The key in use, for one's rosters. */
  get current(): { chain: number; step: number } {
    return { chain: this.#schedule.chain, step: this.#schedule.step };
  }

  /**
   * The body of `keys` for peers that are about to be given it (ENCRYPTION "keys"). Moves on first, so that they open nothing
   * sealed before, and allows sealing. The bytes are copies that the caller overwrites.
   */
  handOver(nowMs: number): KeysBody {
    this.#schedule.apply(nowMs);
    if (this.#stale) this.#replace(nowMs);
    else if (this.#sealedSinceStep && this.#schedule.moveOn(nowMs)) this.#keysDue = true;
    this.#sealedSinceStep = false;
    this.#locked = false;
    const { chain, step, key, pending } = this.#schedule;
    const next = pending && { chain: pending.chain, key: pending.key.reveal().slice() };
    return { chain, step, key: key.slice(), next };
  }

  /** Somebody who may hold the key has left (ENCRYPTION "Rotate on a leave"). */
  rotate(nowMs: number): void {
    if (this.#isOpen(nowMs) && !this.#locked) this.#schedule.want();
    else this.#stale = true;
  }

  /**
   * A peer's roster says which chain of ours it holds (0 or undefined: none); `handedMs`: when it was last sent `keys`. Answers
   * whether to send it `keys` again now. While a source is open it asks for a new chain instead, for the peer may have thrown
   * the present one away when it learnt of a leave later than we did, and then takes only a newer one.
   */
  owes(heldChain: number | undefined, handedMs: number, nowMs: number): boolean {
    const newest = this.#schedule.pending?.chain ?? this.#schedule.chain;
    if (this.#locked || this.#stale || (heldChain ?? 0) >= newest || nowMs - handedMs < onTheWayMs) return false;
    if (!this.#isOpen(nowMs)) return true;
    this.#schedule.want();
    return false;
  }

  /** How many peers hold the key now. At 0 nothing is sealed until somebody is handed a new one. */
  setPeers(count: number): void {
    if (count > 0 || this.#locked) return;
    this.#locked = true;
    this.#stale = true;
  }

  /**
   * Does what is due. `keysDue`: everybody authenticated is to be sent `handOver(nowMs)` now. `nextTickMs`: when to call again,
   * on the clock of `nowMs`; undefined: nothing is planned.
   */
  tick(nowMs: number): { keysDue: boolean; nextTickMs: number | undefined } {
    if (this.#stale && this.#missed && !this.#locked) this.#replace(nowMs);
    if (this.#schedule.tick(nowMs)) this.#keysDue = true;
    const keysDue = this.#keysDue && !this.#locked;
    this.#keysDue = false;
    return { keysDue, nextTickMs: this.#schedule.nextTickMs };
  }

  /** Own source on or off. One that still seals counts as open whatever was said here (a muted microphone). */
  setSourceOpen(source: Source, open: boolean, nowMs: number): void {
    if (open) this.#openSources.add(source);
    else this.#openSources.delete(source);
    if (open && this.#stale && !this.#locked) this.#replace(nowMs);
  }

  /** `frame` sealed (ENCRYPTION "Frame"), or undefined: it must be dropped. Never rejects. */
  async seal(source: Source, codec: FrameCodec, frame: Uint8Array, nowMs: number): Promise<Bytes | undefined> {
    const plain = frameRules[codec].split(frame);
    if (plain === undefined || this.#locked || this.#purged) return undefined;
    this.#lastFrameMs = nowMs;
    this.#schedule.apply(nowMs);
    if (this.#stale) {
      this.#missed = true;
      return undefined;
    }
    // ENCRYPTION "Counters": taken before anything is awaited, so that two frames at once cannot get one.
    const counter = this.#takeCounter(source);
    const kid = this.#kid;
    try {
      const key = await this.#frameKey(source, kid);
      const sealed = await sealFrame(key, { kid: BigInt(kid), counter: BigInt(counter) }, plain);
      return this.#mayLeave() ? sealed : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * For one broadcast, at once (ENCRYPTION "broadcast"): the KID, and the key of a counter, 32 bytes. Throws when the key has
   * been moved on or purged in between.
   */
  broadcastKey(): { kid: number; key: (counter: number) => Bytes } {
    this.#sealedSinceStep = true;
    const kid = this.#kid;
    return {
      kid,
      key: (counter) => {
        if (kid !== this.#kid) throw new Error('the media key has moved on');
        return broadcastKey(this.#schedule.key, this.#callBinding, kid, counter);
      },
    };
  }

  /** Overwrites every key; nothing is sealed any more. */
  purge(): void {
    this.#purged = true;
    this.#schedule.purge();
    this.#frameKeys.clear();
  }

  /** Whether what was being sealed may still go out; asked after an `await`. */
  #mayLeave(): boolean {
    return !this.#locked && !this.#purged;
  }

  get #kid(): number {
    return kidOf(this.#schedule.chain, this.#schedule.step);
  }

  #isOpen(nowMs: number): boolean {
    return this.#openSources.size > 0 || nowMs - this.#lastFrameMs < openAfterFrameMs;
  }

  #replace(nowMs: number): void {
    this.#schedule.replace(nowMs);
    this.#stale = false;
    this.#missed = false;
    this.#sealedSinceStep = false;
    this.#keysDue = !this.#locked;
  }

  #takeCounter(source: Source): number {
    const counter = this.#counters.get(source) ?? 0;
    this.#counters.set(source, counter + 1);
    this.#sealedSinceStep = true;
    this.#schedule.countFrame();
    return counter;
  }

  #frameKey(source: Source, kid: number): Promise<FrameKey> {
    const cached = this.#frameKeys.get(source);
    if (cached?.kid === kid) return cached.key;
    const baseKey = frameBaseKey(this.#schedule.key, this.#callBinding, source);
    const key = FrameKey.derive(baseKey, BigInt(kid));
    baseKey.fill(0);
    this.#frameKeys.set(source, { kid, key });
    return key;
  }
}
