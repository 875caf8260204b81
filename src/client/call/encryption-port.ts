import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { Lifetime } from '../../shared/support/lifetime.ts';
import type { FromWorker, StreamStatistics, ToWorker } from '../encryption/messages.ts';

/** How long the worker may take for its goodbye or its numbers, in ms. Then we go on without. */
const answerMs = 2_000;
/**
 * A worker that says nothing while so many questions in a row run out of time (8 to 10 s) has died. Fewer may end the calls of busy
 * devices, more leave people longer in a call that is dead. Questions, not time: a device that sleeps asks none.
 */
const silentQuestions = 5;

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

/** The page's end of one encryption worker. Its life ends when the worker dies or falls silent, asks to join anew, or was ended here. */
export class EncryptionPort {
  readonly lifetime = new Lifetime<'closed' | 'died' | 'join-anew'>();
  readonly #worker: WorkerLike;
  readonly #clock: Clock;
  readonly #listener: EncryptionListener;
  #asking: Promise<readonly StreamStatistics[]> | undefined;
  #onStatistics: ((streams: readonly StreamStatistics[]) => void) | undefined;
  #onLeft: (() => void) | undefined;
  #last: readonly StreamStatistics[] = [];
  /** Questions in a row since it last said anything. */
  #unanswered = 0;

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

  /** The counters of every stream received so far; the last known ones when the worker does not answer. Asked every second or so, it finds a dead worker. */
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
    await this.#atMost(promise);
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
    const answer = await this.#atMost(promise);
    this.#asking = undefined;
    if (answer !== undefined) this.#last = answer;
    else if ((this.#unanswered += 1) >= silentQuestions) this.#end('died');
    return this.#last;
  }

  /** What `promise` gives; undefined when that takes too long or the port ends before. */
  async #atMost<T>(promise: Promise<T>): Promise<T | undefined> {
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const stopTimer = this.#clock.after(answerMs, () => {
      resolve(undefined);
    });
    const stopWaiting = this.lifetime.onEnd(() => {
      resolve(undefined);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      stopTimer();
      stopWaiting();
    }
  }

  #receive(message: FromWorker): void {
    if (this.lifetime.ended) return;
    this.#unanswered = 0;
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
