import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { closeCodes, requestErrors, type CloseReason, type RequestError } from '../../shared/protocol/errors.ts';
import type { Traffic } from '../media/types.ts';
import { transports, type SelfCall } from '../self-call/result.ts';
import { Batches, stepBelow } from './batches.ts';

/** What is read at the moment of a scrape. */
export interface Counted {
  readonly calls: () => number;
  readonly participants: () => number;
  readonly mediaProcesses: () => number;
  /** Of each transport. */
  readonly traffic: () => Promise<readonly Traffic[]>;
  readonly datagrams: () => { readonly received: number; readonly sent: number; readonly lost: number };
  /** When the operator's certificate ends, in ms since 1970; undefined when there is none. */
  readonly certificateUntilMs: () => number | undefined;
}

export const callEnds = ['empty', 'media-failed', 'router-stopping'] as const;

/** How much is lost on a line, from `from` on: shares of its packets. */
const lossSteps = [
  { loss: 'over-5-percent', from: 0.05 },
  { loss: 'over-1-percent', from: 0.01 },
  { loss: 'less', from: 0 },
] as const;

/** Every label that a metric of this program can have, with all of its values. */
export const labelValues: Readonly<Record<string, readonly string[]>> = {
  reason: [...callEnds, ...Object.keys(closeCodes)],
  code: requestErrors,
  quantile: ['0.5', '0.99'],
  direction: ['in', 'out'],
  loss: lossSteps.map(({ loss }) => loss),
  transport: transports,
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
  readonly #mediaDied: Counter;
  readonly #bits: Gauge<'direction'>;
  readonly #lines: Gauge<'direction' | 'loss'>;
  readonly #selfCallOk: Gauge<'transport'>;
  readonly #selfCallSeconds: Histogram<'transport'>;
  readonly #forwarding: Histogram<'transport'>;
  readonly #counted: Counted;

  constructor(counted: Counted) {
    this.#counted = counted;
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
    this.#mediaDied = new Counter({
      name: 'sotto_media_processes_died_total',
      help: 'Media processes that ended by themselves and were replaced, in fives.',
      registers,
    });
    this.#selfCallOk = new Gauge({
      name: 'sotto_self_call_ok',
      help: 'Whether the last call of the router with itself passed, over that transport; before the first, nothing.',
      labelNames: ['transport'],
      registers,
    });
    this.#selfCallSeconds = new Histogram({
      name: 'sotto_self_call_seconds',
      help: 'From the start of a self-call until its first frame opened at the far side.',
      labelNames: ['transport'],
      buckets: [0.1, 0.2, 0.5, 1, 2, 5, 10],
      registers,
    });
    this.#forwarding = new Histogram({
      name: 'sotto_forwarding_delay_seconds',
      help: 'How long a packet of a self-call took through the router, from one end to the other, both on this machine.',
      labelNames: ['transport'],
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5],
      registers,
    });
    this.#gauge('sotto_media_processes', 'Media processes, idle ones too, rounded down like calls.', () =>
      stepBelow(counted.mediaProcesses()),
    );
    new Gauge({
      name: 'sotto_udp_datagrams',
      help: 'UDP datagrams of this network namespace so far, in whole 10,000s.',
      labelNames: ['direction'],
      registers,
      collect() {
        const { received, sent } = counted.datagrams();
        this.set({ direction: 'in' }, wholes(received, 1e4));
        this.set({ direction: 'out' }, wholes(sent, 1e4));
      },
    });
    this.#gauge('sotto_udp_datagrams_lost', 'Of those that came, how many were not read in time, in whole 100s.', () =>
      wholes(counted.datagrams().lost, 100),
    );
    this.#bits = new Gauge({
      name: 'sotto_media_bits_per_second',
      help: 'Media of all calls, in whole 10 Mbit/s.',
      labelNames: ['direction'],
      registers,
    });
    this.#lines = new Gauge({
      name: 'sotto_media_lines',
      help: 'Transports of participants by the share of packets that is lost on them, rounded down like calls.',
      labelNames: ['direction', 'loss'],
      registers,
    });
    new Gauge({
      name: 'sotto_certificate_ends_seconds',
      help: 'When the certificate that new connections are shown ends, in seconds since 1970. Not there without one.',
      registers,
      collect() {
        const untilMs = counted.certificateUntilMs();
        if (untilMs === undefined) this.remove();
        else this.set(untilMs / 1_000);
      },
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
      () => wholes(process.memoryUsage.rss(), 2 ** 23),
    );
    this.#gauge('sotto_cpu_seconds', 'CPU time of the router without its media processes, in whole seconds.', () =>
      Math.floor((process.cpuUsage().user + process.cpuUsage().system) / 1e6),
    );
    // There from the start, or a monitor would miss the first five.
    for (const reason of callEnds) this.#callsEnded.inc({ reason }, 0);
    for (const reason of Object.keys(closeCodes)) this.#socketsEnded.inc({ reason }, 0);
    for (const code of requestErrors) this.#refused.inc({ code }, 0);
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

  /** Not in fives: it is nobody's call. */
  selfCalled(call: SelfCall): void {
    for (const transport of transports) {
      const attempt = call[transport];
      this.#selfCallOk.set({ transport }, attempt.ok ? 1 : 0);
      if (!attempt.ok) continue;
      this.#selfCallSeconds.observe({ transport }, attempt.seconds);
      for (const delay of attempt.delays) this.#forwarding.observe({ transport }, delay);
    }
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

  mediaDied(): void {
    this.#batches.add('media died', () => {
      this.#mediaDied.inc();
    });
  }

  scrubbed(pauseMs: number): void {
    this.#batches.add('scrub', () => {
      this.#scrubs.observe(pauseMs / 1_000);
    });
  }

  /** All of it in Prometheus' text format, version 0.0.4. */
  async text(): Promise<string> {
    this.#show(await this.#counted.traffic());
    return this.#registry.metrics();
  }

  [Symbol.dispose](): void {
    this.#loop.disable();
  }

  #show(traffic: readonly Traffic[]): void {
    for (const [direction, bits, lost] of [
      ['in', 'bitsIn', 'lossIn'],
      ['out', 'bitsOut', 'lossOut'],
    ] as const) {
      const sum = traffic.reduce((all, each) => all + each[bits], 0);
      this.#bits.set({ direction }, wholes(sum, 1e7));
      for (const [index, { loss, from }] of lossSteps.entries()) {
        const below = lossSteps[index - 1]?.from ?? Infinity;
        const lines = traffic.filter((each) => each[lost] >= from && each[lost] < below);
        this.#lines.set({ direction, loss }, stepBelow(lines.length));
      }
    }
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

/** Rounded down to whole `step`s, so that a single call makes no difference that could be read. */
function wholes(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
