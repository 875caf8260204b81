import { createWorker, workerBin } from 'mediasoup';
import type { Worker, WorkerSettings } from 'mediasoup/types';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';

/** How long a media process may take to end by itself before it is killed, in ms. It takes 5; a busy one longer. */
const endingMs = 400;

/** Where a program can be given a session of its own (util-linux), the worker gets one; it finds its binary by the variable. */
const inOwnSession = existsSync('/usr/bin/setsid')
  ? { workerBin: fileURLToPath(new URL('own-session.sh', import.meta.url)) }
  : {};
process.env['MEDIASOUP_WORKER_BIN'] ??= workerBin;

/**
 * How the engine estimates lines: as by default, but that an estimate rises up to 12 % of packets lost and falls from 18 % on,
 * instead of 2 % and 10 %. On a line that loses 5 % it would otherwise never rise above what it began with, and pictures would
 * stay away (measured); a line that is full is found by its delay. Higher is deaf to lines without a queue, lower to bad ones.
 */
const libwebrtcFieldTrials = 'WebRTC-Bwe-AlrLimitedBackoff/Enabled/WebRTC-BweLossExperiment/Enabled-0.12,0.18,0/';

/** The media worker does not start, in words for the operator. */
export class MediaWorkerError extends Error {
  override readonly name = 'MediaWorkerError';

  constructor(cause: unknown) {
    super('The media worker does not start. MEDIASOUP_WORKER_BIN names its binary; `npm start` sees to that.', {
      cause,
    });
  }
}

/** One mediasoup worker: a process that serves one call and ends with it. It logs nothing. */
export class MediaProcess {
  readonly lifetime = new Lifetime<'closed' | 'died'>();
  /** Resolves when the operating system has the process's memory back. */
  readonly gone: Promise<void>;
  readonly worker: Worker;
  #looked: { readonly atMs: number; readonly cpuMs: number } | undefined;
  #coreShare = 0;

  /** Starts one (10 to 40 ms). Rejects with MediaWorkerError when the binary is missing or does not run. */
  static async start(clock: Clock): Promise<MediaProcess> {
    try {
      const options: WorkerSettings = { ...inOwnSession, logLevel: 'none', logTags: [], libwebrtcFieldTrials };
      return new MediaProcess(await createWorker(options), clock);
    } catch (cause) {
      throw new MediaWorkerError(cause);
    }
  }

  private constructor(worker: Worker, clock: Clock) {
    this.worker = worker;
    leaveSignalsAlone(worker);
    this.gone = new Promise((resolve) => {
      worker.once('subprocessclose', resolve);
    });
    worker.once('died', () => {
      this.lifetime.end('died');
    });
    this.lifetime.onEnd(() => {
      worker.close();
      const { pid } = worker;
      const cancel = clock.after(endingMs, () => {
        if (!worker.subprocessClosed) process.kill(pid, 'SIGKILL');
      });
      worker.once('subprocessclose', cancel);
    });
  }

  get pid(): number {
    return this.worker.pid;
  }

  /** What it uses of one processor, from 0 to 1, as of the last look. */
  get coreShare(): number {
    return this.#coreShare;
  }

  /** Looks what it has used since the last look, which gives `coreShare`. `nowMs`: of the clock. */
  look(nowMs: number): number {
    const now = { atMs: nowMs, cpuMs: cpuMsOf(this.pid) };
    const before = this.#looked ?? now;
    this.#looked = now;
    this.#coreShare = Math.max(0, now.cpuMs - before.cpuMs) / Math.max(1, now.atMs - before.atMs);
    return this.#coreShare;
  }

  close(): void {
    this.lifetime.end('closed');
  }
}

/** Processor time of a process's first thread, on which the worker does all its work, in ms. 0 where the system does not tell. */
function cpuMsOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}

/**
 * The engine has each worker listen to the process's signals, and a worker that died by itself goes on listening, so that
 * its last messages stay in memory. The program ends its workers itself when a signal comes.
 */
function leaveSignalsAlone(worker: Worker): void {
  const listener: unknown = Reflect.get(worker, 'onSignal');
  if (typeof listener !== 'function') return;
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, listener as () => void);
}
