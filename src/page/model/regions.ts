import { computed, signal } from '@preact/signals';
import {
  CallError,
  nearest,
  type ListedRouter,
  type ProbedRouter,
  type probeRouters,
  type readRegions,
  type ReadyRouter,
  type RouterInfo,
} from '../../client/index.ts';
import type { KeptRegion } from './kept-link.ts';

/** How long a router counts as being as far as it was, in ms; then all are asked again before a call starts: the device may be elsewhere. */
const freshMs = 60_000;

/** The world outside. */
export interface RegionsServices {
  readonly fetchRouterInfo: () => Promise<RouterInfo>;
  readonly fetchRegions: () => Promise<string>;
  readonly readRegions: typeof readRegions;
  readonly probeRouters: typeof probeRouters;
  readonly kept: KeptRegion;
  readonly nowMs: () => number;
}

/** Which of the operator's routers a new call starts on: the nearest, or one that somebody chose. */
export class Regions {
  /** What this page's router is called, if anything. */
  readonly own = signal<string | undefined>(undefined);
  /** The operator's routers as its list has them; empty: calls start here. */
  readonly routers = signal<readonly ListedRouter[]>([]);
  /** Why there is a list, and it is not used. */
  readonly refused = signal<'regions-refused' | 'regions-expired' | undefined>(undefined);
  /** The address of the router that was chosen; undefined: the nearest. */
  readonly choice = signal<string | undefined>(undefined);
  /** Whether the choice stays on this device. */
  readonly keeps = signal(false);
  readonly looking = signal(false);
  /** As found last, by address. */
  readonly found = signal<ReadonlyMap<string, ProbedRouter>>(new Map());
  /** The nearest that starts calls; undefined: not all have been asked, or none does. */
  readonly nearest = computed<ReadyRouter | undefined>(() => {
    const probed = this.#foundOf(this.routers.value);
    return probed.length < this.routers.value.length ? undefined : nearest(probed)[0];
  });
  readonly #services: RegionsServices;
  #ready: Promise<void> | undefined;
  #foundMs = -Infinity;
  #looks: Promise<unknown> = Promise.resolve();

  constructor(services: RegionsServices) {
    this.#services = services;
  }

  /** Learns what this router is called. */
  async learnOwn(): Promise<void> {
    const info = await this.#services.fetchRouterInfo().catch(() => undefined);
    this.own.value = info?.region;
  }

  /** Learns which routers there are, and asks those that come into question how far they are. What goes wrong is told at the start. */
  prepare(): void {
    this.#learnOnce()
      .then(() => this.#look())
      .catch(() => undefined);
  }

  /** Another router, or undefined for the nearest. */
  choose(url: string | undefined): void {
    this.choice.value = url;
    this.keep(this.keeps.value && url !== undefined);
    if (this.#wanted.some((one) => !this.found.value.has(one.url))) void this.#look();
  }

  /** Whether to keep the choice on this device; then no other router is asked any more. */
  keep(on: boolean): void {
    this.keeps.value = on;
    this.#services.kept.set(on ? this.choice.value : undefined);
  }

  /**
   * Where a call is to start now; undefined: on the router of this page, which has no list. Rejects with CallError
   * `router-full` or `router-unreachable` when none that comes into question starts calls.
   */
  async forStart(): Promise<ReadyRouter | undefined> {
    await this.#learnOnce();
    if (this.routers.value.length === 0) return undefined;
    await this.#looks;
    if (this.#services.nowMs() - this.#foundMs > freshMs) await this.#look();
    for (const best of nearest(this.#foundOf(this.#wanted))) {
      // It may have begun to stop since.
      const [now] = nearest(await this.#ask([best]));
      if (now !== undefined) return now;
    }
    const isFull = this.#foundOf(this.#wanted).some(({ standing }) => standing === 'busy' || standing === 'draining');
    throw new CallError(isFull ? 'router-full' : 'router-unreachable');
  }

  /** Those that a call may start on. */
  get #wanted(): readonly ListedRouter[] {
    const { value: url } = this.choice;
    return this.routers.value.filter((one) => url === undefined || one.url === url);
  }

  #foundOf(routers: readonly ListedRouter[]): readonly ProbedRouter[] {
    return routers.flatMap(({ url }) => this.found.value.get(url) ?? []);
  }

  #learnOnce(): Promise<void> {
    this.#ready ??= this.#learn().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #learn(): Promise<void> {
    const { fetchRouterInfo, fetchRegions, readRegions, kept } = this.#services;
    const { region, regionsKey } = await fetchRouterInfo();
    this.own.value = region;
    if (regionsKey === undefined) return;
    try {
      this.routers.value = readRegions(await fetchRegions(), regionsKey);
    } catch (error) {
      const code = error instanceof CallError ? error.code : undefined;
      if (code === 'regions-refused' || code === 'regions-expired') this.refused.value = code;
    }
    const url = kept.read();
    if (!this.routers.value.some((one) => one.url === url)) return;
    this.choice.value = url;
    this.keeps.value = true;
  }

  #look(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted.length === 0) return Promise.resolve();
    const look = this.#ask(wanted).then(() => {
      this.#foundMs = this.#services.nowMs();
      if (this.#looks === look) this.looking.value = false;
    });
    this.looking.value = true;
    this.#looks = look;
    return look;
  }

  async #ask(routers: readonly ListedRouter[]): Promise<readonly ProbedRouter[]> {
    const probed = await this.#services.probeRouters(routers);
    this.found.value = new Map([...this.found.value, ...probed.map((one) => [one.url, one] as const)]);
    return probed;
  }
}
