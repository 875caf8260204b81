import type { Clock } from '../../shared/support/clock.ts';
import { versionOf } from '../support/file-version.ts';
import { readRegionList, RegionListError, type ReadRegionList, type RegionListPlace } from './region-list-file.ts';

/** The list of its operator's routers, as this router serves it. */
export interface Regions extends Disposable {
  /** The signed file, also when it has expired: whoever reads it says so. Undefined when there is none. */
  readonly text: string | undefined;
  /** The origins of the routers in it, until it expires. */
  readonly origins: readonly string[];
}

/** Without a list. */
export const noRegions: Regions = { text: undefined, origins: [], [Symbol.dispose]: () => undefined };

/** Told what became of a file that had changed. */
export interface RegionsWatcher {
  renewed(routers: number): void;
  /** The new file is no good, so the list before stays until it expires. */
  kept(): void;
}

/** How often it is looked whether the file has changed, in ms. */
const lookMs = 60_000;

/** A list that is read again whenever its file changes. */
export class ListedRegions implements Regions {
  readonly #place: RegionListPlace;
  readonly #clock: Clock;
  readonly #watcher: RegionsWatcher;
  #version: string;
  #list: ReadRegionList;
  #cancel: () => void = () => undefined;
  #closed = false;

  /** Rejects with RegionListError when the file is no good. */
  static async open(place: RegionListPlace, clock: Clock, watcher: RegionsWatcher): Promise<ListedRegions> {
    // Before it is read: what changes in between is read twice then, not missed.
    const version = await versionOf(place.file);
    return new ListedRegions(place, clock, watcher, version, await readRegionList(place));
  }

  private constructor(
    place: RegionListPlace,
    clock: Clock,
    watcher: RegionsWatcher,
    version: string,
    list: ReadRegionList,
  ) {
    this.#place = place;
    this.#clock = clock;
    this.#watcher = watcher;
    this.#version = version;
    this.#list = list;
    this.#lookLater();
  }

  get text(): string {
    return this.#list.text;
  }

  get origins(): readonly string[] {
    const { expires, routers } = this.#list;
    return expires * 1_000 > this.#clock.calendarMs() ? routers.map(({ url }) => url) : [];
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel = this.#clock.after(lookMs, () => {
      void this.#look().then(() => {
        if (!this.#closed) this.#lookLater();
      });
    });
  }

  async #look(): Promise<void> {
    const version = await versionOf(this.#place.file);
    if (version === this.#version) return;
    this.#version = version;
    try {
      this.#list = await readRegionList(this.#place);
      this.#watcher.renewed(this.#list.routers.length);
    } catch (error) {
      if (!(error instanceof RegionListError)) throw error;
      this.#watcher.kept();
    }
  }
}
