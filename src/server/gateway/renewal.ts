import type { Clock } from '../../shared/support/clock.ts';
import { versionOf } from '../support/file-version.ts';
import {
  CertificateError,
  certificateFromFiles,
  type Certificate,
  type CertificateFlaw,
  type CertificatePlace,
} from './certificate.ts';

/** How often it is looked whether the files have changed, in ms. Lower shows a new certificate sooner; a look costs two calls of the system. */
const lookMs = 10_000;

/** Told what became of files that had changed. */
export interface RenewalWatcher {
  renewed(certificate: Certificate, daysLeft: number): void;
  /** The new files are no good, so what was there stays. */
  kept(flaw: CertificateFlaw): void;
}

/** The operator's certificate, read again whenever its files change: replaced, written anew, or linked elsewhere. */
export class Renewal implements Disposable {
  /** As it was at first. */
  readonly first: Certificate;
  #untilMs: number;
  readonly #place: CertificatePlace;
  readonly #clock: Clock;
  #version: string;
  #watcher: RenewalWatcher | undefined;
  #cancel: () => void = () => undefined;

  /** Rejects with CertificateError when the files are no good. */
  static async open(place: CertificatePlace, clock: Clock): Promise<Renewal> {
    // Before they are read: what changes in between is read twice then, not missed.
    const version = await versionOf(place.certificate, place.key);
    return new Renewal(place, clock, version, await certificateFromFiles(place, clock.calendarMs()));
  }

  private constructor(
    place: CertificatePlace,
    clock: Clock,
    version: string,
    first: Awaited<ReturnType<typeof certificateFromFiles>>,
  ) {
    this.#place = place;
    this.#clock = clock;
    this.#version = version;
    this.first = first;
    this.#untilMs = first.untilMs;
  }

  /** When the one in use ends, in ms since 1970. */
  get untilMs(): number {
    return this.#untilMs;
  }

  /** Looks from now on. */
  watch(watcher: RenewalWatcher): void {
    this.#watcher = watcher;
    this.#lookLater();
  }

  [Symbol.dispose](): void {
    this.#watcher = undefined;
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel = this.#clock.after(lookMs, () => {
      void this.#look().then(() => {
        if (this.#watcher !== undefined) this.#lookLater();
      });
    });
  }

  async #look(): Promise<void> {
    const version = await versionOf(this.#place.certificate, this.#place.key);
    if (version === this.#version) return;
    this.#version = version;
    const nowMs = this.#clock.calendarMs();
    try {
      const { untilMs, ...certificate } = await certificateFromFiles(this.#place, nowMs);
      this.#untilMs = untilMs;
      this.#watcher?.renewed(certificate, Math.floor((untilMs - nowMs) / 86_400_000));
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      this.#watcher?.kept(error.flaw);
    }
  }
}
