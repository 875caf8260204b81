import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import type { FromWorker, StreamStatistics, ToWorker } from '../encryption/messages.ts';

/** How long the worker may take for its goodbye or its numbers, in ms; a worker that takes longer has died. */
const answerMs = 2_000;

/** The part of a Worker that is used. */
export type WorkerLike = Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>;

/** What the port's owner carries and shows. */
export interface EncryptionListener {
  readonly relay: (message: Extract<FromWorker, { type: 'relay' }>) => void;
  readonly state: (state: Bytes) => void;
  readonly people: (people: Extract<FromWorker, { type: 'people' }>['people']) => void;
  /** Somebody's own word on how loud they are (ENCRYPTION "speaking"), of full scale 1. */
  readonly level: (participant: string, level: number) => void;
  readonly agreement: (agreement: Extract<FromWorker, { type: 'agreement' }>['agreement']) => void;
}

/** The page's end of one encryption worker. Its life ends when the worker dies, asks to join anew, or was ended here. */
export class EncryptionPort {
  readonly lifetime = new Lifetime<'closed' | 'died' | 'join-anew'>();
  readonly #worker: WorkerLike;
  readonly #clock: Clock;
  readonly #listener: EncryptionListener;
  #asking: Promise<readonly StreamStatistics[]> | undefined;
  #onStatistics: ((streams: readonly StreamStatistics[]) => void) | undefined;
  #onLeft: (() => void) | undefined;
  #last: readonly StreamStatistics[] = [];

  constructor(worker: WorkerLike, clock: Clock, listener: EncryptionListener) {
    this.#worker = worker;
    this.#clock = clock;
    this.#listener = listener;
    worker.addEventListener('message', (event: MessageEvent<FromWorker>) => {
      this.#receive(event.data);
    });
    worker.addEventListener('error', () => {
      this.#end('died');
    });
  }

  post(message: ToWorker): void {
    if (!this.lifetime.ended) this.#worker.postMessage(message);
  }

  /** The counters of every stream received so far; the last known ones when the worker does not answer. */
  statistics(): Promise<readonly StreamStatistics[]> {
    this.#asking ??= this.#ask();
    return this.#asking;
  }

  /** Lets the worker say bye and overwrite its keys, then ends it. */
  async leave(): Promise<void> {
    if (this.lifetime.ended) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#onLeft = () => {
      resolve(undefined);
    };
    this.post({ type: 'leave' });
    await this.#atMost(promise, undefined);
    this.#end('closed');
  }

  /** Ends it at once; its memory goes with it. */
  close(): void {
    this.#end('closed');
  }

  async #ask(): Promise<readonly StreamStatistics[]> {
    const { promise, resolve } = Promise.withResolvers<readonly StreamStatistics[]>();
    this.#onStatistics = resolve;
    this.post({ type: 'statistics-wanted' });
    this.#last = await this.#atMost(promise, this.#last);
    this.#asking = undefined;
    return this.#last;
  }

  /** What `promise` gives; `otherwise` when that takes too long or the port ends before. */
  async #atMost<T>(promise: Promise<T>, otherwise: T): Promise<T> {
    const { promise: given, resolve } = Promise.withResolvers<T>();
    const stopTimer = this.#clock.after(answerMs, () => {
      resolve(otherwise);
    });
    const stopWaiting = this.lifetime.onEnd(() => {
      resolve(otherwise);
    });
    try {
      return await Promise.race([promise, given]);
    } finally {
      stopTimer();
      stopWaiting();
    }
  }

  #receive(message: FromWorker): void {
    if (this.lifetime.ended) return;
    switch (message.type) {
      case 'relay':
        this.#listener.relay(message);
        break;
      case 'state':
        this.#listener.state(message.state);
        break;
      case 'people':
        this.#listener.people(message.people);
        break;
      case 'level':
        this.#listener.level(message.participant, message.level);
        break;
      case 'agreement':
        this.#listener.agreement(message.agreement);
        break;
      case 'statistics':
        this.#onStatistics?.(message.streams);
        break;
      case 'join-anew':
        this.#end('join-anew');
        break;
      case 'left':
        this.#onLeft?.();
        break;
    }
  }

  #end(reason: 'closed' | 'died' | 'join-anew'): void {
    if (this.lifetime.ended) return;
    this.#worker.terminate();
    this.lifetime.end(reason);
  }
}
