import type { Admission } from '../../shared/protocol/admission.ts';
import { fromBase64Url, toBase64Url, type Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { KeptTokens, memoryStore, type KeptToken, type TokenStore } from './kept-tokens.ts';
import type { Minted, MintRequest } from './mint.ts';

/** From so many tokens downwards more are fetched. Higher fetches more often than is needed; lower may leave a call that has to join anew with none. */
const few = 4;
/** More are fetched at a moment between these, in ms after it was seen that few are left: never together with a join. */
const laterMs = { least: 60_000, most: 600_000 } as const;
/** Where in a token the id of its issuer key is (RFC 9577 section 2.2), in bytes. */
const keyIdAt = { from: 66, to: 98 } as const;

export interface WalletOptions {
  /**
   * What the router asks for, undefined for an open one: `readRouterInfo` of its `/.well-known/sotto.json`, or an application's own
   * configuration, which no router can change. Asked at each fetch, since issuer keys change.
   */
  readonly admission: () => Promise<Admission | undefined>;
  /** The whole Authorization header for the issuer; undefined: none. Asked at each fetch. */
  readonly authorization?: () => string | undefined;
  /**
   * Where unspent tokens are kept; without it in memory, until the page goes. A store that outlives the page, such as
   * `localStorage`, lets tokens rest longer between their issue and their use, and spares whoever has to prove something for each
   * batch; in exchange this device tells whoever examines it that its user was let in to this router, though not when or where to.
   */
  readonly store?: TokenStore;
  /** Makes the worker that computes, where a bundler needs that; default: the SDK's own file. */
  readonly worker?: () => Worker;
}

/** The world outside: time, chance, and whoever fetches a batch. */
export interface WalletServices {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Rejects like `mint`. */
  readonly mint: (request: MintRequest) => Promise<Minted>;
}

/** Admission tokens, fetched ahead and given away one by one (PROTOCOL section 7, "Fetching tokens"). */
export class TokenWallet implements Disposable {
  readonly #options: WalletOptions;
  readonly #services: WalletServices;
  #kept: KeptTokens;
  #fetching: Promise<void> | undefined;
  #cancelLater: (() => void) | undefined;

  constructor(options: WalletOptions, services: WalletServices) {
    this.#options = options;
    this.#services = services;
    this.#kept = new KeptTokens(options.store ?? memoryStore());
  }

  /**
   * Sees to it that there are tokens, if the router asks for any: to be called as early as possible, for whoever fetches tokens and
   * uses one a moment later is known by the clock. Rejects with CallError: `token-needed` (the issuer wants another
   * authorization), `issuer-unreachable`, `issuer-refused`, `not-https`, and what `admission` rejects with.
   */
  async fetchAhead(): Promise<void> {
    const admission = await this.#options.admission();
    if (admission === undefined) return;
    const isGood = await goodFor(admission);
    const good = this.#usable.filter(isGood);
    this.#kept.write(good);
    if (good.length === 0) await this.#fetch();
    else this.#fetchLaterIfFew();
  }

  /** For `JoinOptions.tokens` and `PeekOptions.tokens`: a token, given away for good. Rejects like `fetchAhead`. */
  readonly take = async (): Promise<Bytes | undefined> => {
    if (this.#usable.length === 0) await this.#fetch();
    const [first, ...rest] = this.#usable;
    this.#kept.write(rest);
    this.#fetchLaterIfFew();
    return first?.token;
  };

  /** Throws all tokens away: when a router has refused them. */
  forget(): void {
    this.#kept.write([]);
  }

  /** Keeps tokens somewhere else from now on, and nothing in the place before; without `store` in memory. */
  moveTo(store: TokenStore = memoryStore()): void {
    const tokens = this.#kept.read();
    this.#kept.write([]);
    this.#kept = new KeptTokens(store);
    this.#kept.write(tokens);
  }

  /** Fetches no more. */
  [Symbol.dispose](): void {
    this.#cancelLater?.();
  }

  /** Those whose key has not ended, as far as this device's clock is right. */
  get #usable(): readonly KeptToken[] {
    const nowSeconds = this.#services.clock.calendarMs() / 1_000;
    return this.#kept.read().filter(({ untilSeconds }) => untilSeconds > nowSeconds);
  }

  /** One batch at a time; whoever asks meanwhile gets that one. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchBatch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchBatch(): Promise<void> {
    const { admission: asks, authorization } = this.#options;
    const admission = await asks();
    if (admission === undefined) return;
    const minted = await this.#services.mint({ admission, authorization: authorization?.() });
    const { issuerName, routerName } = admission;
    const fresh = minted.tokens.map((token) => ({
      token,
      issuerName,
      routerName,
      untilSeconds: minted.untilSeconds,
    }));
    this.#kept.write([...this.#usable, ...fresh]);
  }

  #fetchLaterIfFew(): void {
    if (this.#cancelLater !== undefined || this.#usable.length > few) return;
    const { clock, random } = this.#services;
    this.#cancelLater = clock.after(laterMs.least + random() * (laterMs.most - laterMs.least), () => {
      this.#cancelLater = undefined;
      this.#fetch().catch(() => undefined); // whoever takes the last one tries again, and is told
    });
  }
}

/** Tells the tokens that this router takes: made for it, under a key that it names. */
async function goodFor(admission: Admission): Promise<(kept: KeptToken) => boolean> {
  const keyIds = await Promise.all(
    admission.issuerKeys.map(async (key) => {
      const encoded = fromBase64Url(key) ?? new Uint8Array();
      return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', encoded)));
    }),
  );
  return ({ token, issuerName, routerName }) =>
    issuerName === admission.issuerName &&
    routerName === admission.routerName &&
    keyIds.includes(toBase64Url(token.subarray(keyIdAt.from, keyIdAt.to)));
}
