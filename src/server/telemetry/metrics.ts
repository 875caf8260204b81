import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { closeCodes, requestErrors, type CloseReason, type RequestError } from '../../shared/protocol/errors.ts';
import { Batches, stepBelow } from './batches.ts';

/** What is read at the moment of a scrape. */
export interface Counted {
  readonly calls: () => number;
  readonly participants: () => number;
}

export const callEnds = ['empty', 'media-failed', 'router-stopping'] as const;

/** Every label that a metric of this program can have, with all of its values. */
export const labelValues: Readonly<Record<string, readonly string[]>> = {
  reason: [...callEnds, ...Object.keys(closeCodes)],
  code: requestErrors,
  quantile: ['0.5', '0.99'],
};

/**
 * Metrics for Prometheus: totals and buckets of the whole router, nothing of a call or a participant. What tells of calls
 * becomes visible in fives (`Batches`), what counts the present in steps (`stepBelow`).
 */
export class Metrics implements Disposable {
  readonly #registry = new Registry();
  readonly #batches = new Batches();
  readonly #loop = monitorEventLoopDelay({ resolution: 20 });
  readonly #callsEnded: Counter<'reason'>;
  readonly #callSizes: Histogram;
  readonly #callMinutes: Histogram;
  readonly #socketsEnded: Counter<'reason'>;
  readonly #refused: Counter<'code'>;
  readonly #scrubs: Histogram;

  constructor(counted: Counted) {
    const registers = [this.#registry];
    this.#callsEnded = new Counter({
      name: 'sotto_calls_ended_total',
      help: 'Calls that ended, in fives.',
      labelNames: ['reason'],
      registers,
    });
    this.#callSizes = new Histogram({
      name: 'sotto_call_participants',
      help: 'Most participants at once of calls that ended, in fives.',
      buckets: [1, 2, 4, 8, 16, 40, 200],
      registers,
    });
    this.#callMinutes = new Histogram({
      name: 'sotto_call_minutes',
      help: 'How long calls lasted that ended, in fives.',
      buckets: [1, 5, 15, 60, 240],
      registers,
    });
    this.#socketsEnded = new Counter({
      name: 'sotto_sockets_ended_total',
      help: 'Sockets that the router ended, in fives. Reasons: PROTOCOL section 6.',
      labelNames: ['reason'],
      registers,
    });
    this.#refused = new Counter({
      name: 'sotto_requests_refused_total',
      help: 'Requests that were refused, in fives. Codes: PROTOCOL section 7.',
      labelNames: ['code'],
      registers,
    });
    this.#scrubs = new Histogram({
      name: 'sotto_scrub_pause_seconds',
      help: 'How long the router stood still to overwrite what had ended, in fives.',
      buckets: [0.02, 0.05, 0.1, 0.2, 0.5, 1],
      registers,
    });
    this.#gauge('sotto_calls', 'Calls that run, rounded down to 0, 5, 10, 20, 50 and so on.', () =>
      stepBelow(counted.calls()),
    );
    this.#gauge('sotto_participants', 'Participants in them, rounded down like calls.', () =>
      stepBelow(counted.participants()),
    );
    this.#gauge(
      'sotto_resident_memory_bytes',
      'Memory of the router without its media processes, in whole 8 MiB.',
      () => Math.floor(process.memoryUsage.rss() / 2 ** 23) * 2 ** 23,
    );
    this.#gauge('sotto_cpu_seconds', 'CPU time of the router without its media processes, in whole seconds.', () =>
      Math.floor((process.cpuUsage().user + process.cpuUsage().system) / 1e6),
    );
    const loop = this.#loop;
    loop.enable();
    new Gauge({
      name: 'sotto_event_loop_delay_seconds',
      help: 'How late signalling came to its turn since the last scrape.',
      labelNames: ['quantile'],
      registers,
      collect() {
        for (const quantile of [0.5, 0.99]) this.set({ quantile }, loop.percentile(quantile * 100) / 1e9 || 0);
        loop.reset();
      },
    });
  }

  /** `most`: participants at once. */
  callEnded(reason: (typeof callEnds)[number], most: number, minutes: number): void {
    this.#batches.add(`call ${reason}`, () => {
      this.#callsEnded.inc({ reason });
    });
    this.#batches.add('size', () => {
      this.#callSizes.observe(most);
      this.#callMinutes.observe(minutes);
    });
  }

  socketEnded(reason: CloseReason): void {
    this.#batches.add(`socket ${reason}`, () => {
      this.#socketsEnded.inc({ reason });
    });
  }

  requestRefused(code: RequestError): void {
    this.#batches.add(`refused ${code}`, () => {
      this.#refused.inc({ code });
    });
  }

  scrubbed(pauseMs: number): void {
    this.#batches.add('scrub', () => {
      this.#scrubs.observe(pauseMs / 1_000);
    });
  }

  /** All of it in Prometheus' text format, version 0.0.4. */
  async text(): Promise<string> {
    return this.#registry.metrics();
  }

  [Symbol.dispose](): void {
    this.#loop.disable();
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}
