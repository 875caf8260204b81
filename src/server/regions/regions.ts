import { stat } from 'node:fs/promises';
import type { Clock } from '../../shared/support/clock.ts';
import { readRegionList, type ReadRegionList, type RegionListPlace } from './region-list-file.ts';

/** The list of its operator's routers, as this router serves it. */
export interface Regions extends Disposable {
  /** The signed file, also when it has expired: whoever reads it says so. Undefined when there is none. */
  readonly text: string | undefined;
  /** The origins of the routers in it, until it expires. */
  readonly origins: readonly string[];
}

/** Without a list. */
export const noRegions: Regions = { text: undefined, origins: [], [Symbol.dispose]: () => undefined };

/** How often it is looked whether the file has changed, in ms. */
const lookMs = 60_000;

/** A list that is read again whenever its file changes. */
export class ListedRegions implements Regions {
  readonly #place: RegionListPlace;
  readonly #clock: Clock;
  #list: ReadRegionList | undefined;
  #changedMs = NaN;
  #cancel: () => void = () => undefined;

  /** Rejects with RegionListError when the file is no good. */
  static async open(place: RegionListPlace, clock: Clock): Promise<ListedRegions> {
    const regions = new ListedRegions(place, clock);
    await regions.#read();
    regions.#lookLater();
    return regions;
  }

  private constructor(place: RegionListPlace, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  get text(): string | undefined {
    return this.#list?.text;
  }

  get origins(): readonly string[] {
    const { expires, routers } = this.#list ?? { expires: 0, routers: [] };
    return expires * 1_000 > this.#clock.calendarMs() ? routers.map(({ url }) => url) : [];
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel = this.#clock.after(lookMs, () => {
      // A file that is no good at this moment changes nothing: the list that is known ends by itself.
      this.#read()
        .catch(() => undefined)
        .finally(() => {
          this.#lookLater();
        });
    });
  }

  async #read(): Promise<void> {
    const { mtimeMs } = await stat(this.#place.file).catch(() => ({ mtimeMs: NaN }));
    if (mtimeMs === this.#changedMs) return;
    this.#list = await readRegionList(this.#place);
    this.#changedMs = mtimeMs;
  }
}
