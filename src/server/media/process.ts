import { createWorker, workerBin } from 'mediasoup';
import type { Worker } from 'mediasoup/types';
import { existsSync } from 'node:fs';
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

  /** Starts one (10 to 40 ms). Rejects with MediaWorkerError when the binary is missing or does not run. */
  static async start(clock: Clock): Promise<MediaProcess> {
    try {
      return new MediaProcess(await createWorker({ ...inOwnSession, logLevel: 'none', logTags: [] }), clock);
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

  close(): void {
    this.lifetime.end('closed');
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
