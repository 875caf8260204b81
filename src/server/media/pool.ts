import { CodedError } from '../../shared/protocol/errors.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { MediasoupCallMedia } from './call-media.ts';
import { Ports } from './ports.ts';
import { MediaProcess } from './process.ts';
import type { CallMedia, MediaPool, Traffic } from './types.ts';

/** How many processes may have died before they serve a call that asks for one: whatever kills one may kill several. */
const mostTries = 3;

export interface MediaPoolOptions {
  readonly ip: string;
  readonly announcedAddress: string;
  readonly firstPort: number;
  readonly lastPort: number;
  /** How many idle processes wait for the next calls. More make more simultaneous first joins quick; each takes 3 MB. */
  readonly warmWorkers: number;
  readonly clock: Clock;
}

/**
 * Media processes: a few idle ones wait, each call takes one for itself, none serves a second call. A call's port is
 * free again only when its process is gone.
 */
export class MediasoupPool implements MediaPool {
  readonly #options: MediaPoolOptions;
  readonly #ports: Ports;
  readonly #idle: MediaProcess[] = [];
  readonly #running = new Set<MediaProcess>();
  readonly #calls = new Set<MediasoupCallMedia>();
  readonly #starting = new Set<Promise<unknown>>();
  #closed = false;

  /** Starts the idle processes. Rejects with MediaWorkerError when the worker's binary is missing or does not run. */
  static async create(options: MediaPoolOptions): Promise<MediasoupPool> {
    const pool = new MediasoupPool(options);
    await pool.#warm();
    return pool;
  }

  private constructor(options: MediaPoolOptions) {
    this.#options = options;
    this.#ports = new Ports(options.firstPort, options.lastPort);
  }

  async take(): Promise<CallMedia> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const process = await this.#process();
      const media = await this.#makeUse(process);
      if (media !== undefined) return media;
      if (!process.lifetime.ended) {
        process.close();
        break; // no port is left
      }
    }
    throw new CodedError('router-full');
  }

  /** Undefined when no port is left or the process has died. */
  async #makeUse(process: MediaProcess): Promise<CallMedia | undefined> {
    const taken: number[] = [];
    for (let port = this.#ports.take(); port !== undefined; port = this.#ports.take()) {
      const media = await this.#listen(process, port);
      if (media !== undefined) {
        this.#giveBack(taken);
        // Not sooner, since somebody waits. The next `take` starts one itself, and tells if it cannot.
        this.#warm().catch(() => undefined);
        return media;
      }
      taken.push(port);
      if (process.lifetime.ended) break;
    }
    this.#giveBack(taken);
    return undefined;
  }

  /** How many processes there are, idle ones too. */
  get processes(): number {
    return this.#running.size;
  }

  /** Of each transport of all calls, as of the last seconds. */
  async traffic(): Promise<Traffic[]> {
    const all = await Promise.all([...this.#calls].map((media) => media.traffic()));
    return all.flat();
  }

  /** How much of one processor all its processes have used since the last look. */
  look(): number {
    const nowMs = this.#options.clock.nowMs();
    return [...this.#running].reduce((sum, process) => sum + process.look(nowMs), 0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#starting);
    const all = [...this.#running];
    for (const process of all) process.close();
    await Promise.all(all.map((process) => process.gone));
  }

  /** Undefined when another program has the port. */
  async #listen(process: MediaProcess, port: number): Promise<MediasoupCallMedia | undefined> {
    const { ip, announcedAddress, clock } = this.#options;
    try {
      const media = await MediasoupCallMedia.create(process, { ip, announcedAddress, port }, clock);
      this.#calls.add(media);
      void process.gone.then(() => {
        this.#calls.delete(media);
        this.#ports.giveBack(port);
      });
      return media;
    } catch {
      return undefined;
    }
  }

  #giveBack(ports: readonly number[]): void {
    for (const port of ports) this.#ports.giveBack(port);
  }

  async #process(): Promise<MediaProcess> {
    const idle = this.#idle.shift();
    if (idle !== undefined) return idle;
    try {
      return await this.#start();
    } catch {
      throw new CodedError('router-full');
    }
  }

  async #warm(): Promise<void> {
    const missing = this.#options.warmWorkers - this.#idle.length - this.#starting.size;
    const started = Array.from({ length: Math.max(0, missing) }, async () => {
      const process = await this.#start();
      this.#idle.push(process);
      process.lifetime.onEnd(() => {
        const index = this.#idle.indexOf(process);
        if (index >= 0) this.#idle.splice(index, 1);
      });
    });
    await Promise.all(started);
  }

  async #start(): Promise<MediaProcess> {
    if (this.#closed) throw new CodedError('router-full');
    const starting = MediaProcess.start(this.#options.clock);
    this.#starting.add(starting);
    try {
      const process = await starting;
      this.#running.add(process);
      void process.gone.then(() => {
        this.#running.delete(process);
      });
      return process;
    } finally {
      this.#starting.delete(starting);
    }
  }
}
