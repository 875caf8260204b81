import type { Clock } from '../../../shared/support/clock.ts';
import { Queue } from '../../../shared/support/queue.ts';
import type { FromWorker, Relayed, ToWorker } from '../messages.ts';
import { Transforms, type Keys, type Transformer } from './transforms.ts';

/** What is used of the group. */
export interface WorkerGroup extends Keys {
  handle(message: ToWorker): void;
  takeRelays(list: readonly Relayed[]): Promise<void>;
}

/** One encryption worker: hands messages to the group, once there is one, and frames to the transforms. */
export class WorkerShell {
  readonly #makeGroup: (start: Extract<ToWorker, { type: 'start' }>) => Promise<WorkerGroup>;
  readonly #rehearse: () => Promise<void>;
  readonly #emit: (message: FromWorker) => void;
  readonly #failed: (error: unknown) => void;
  readonly #transforms: Transforms;
  readonly #queue = new Queue();
  #group: WorkerGroup | undefined;

  constructor(input: {
    clock: Pick<Clock, 'nowMs'>;
    emit(message: FromWorker): void;
    makeGroup(start: Extract<ToWorker, { type: 'start' }>): Promise<WorkerGroup>;
    rehearse(): Promise<void>;
    /** Something failed that should not have: nothing can go on. */
    failed(error: unknown): void;
  }) {
    this.#makeGroup = (start) => input.makeGroup(start);
    this.#rehearse = () => input.rehearse();
    this.#emit = (message) => {
      input.emit(message);
    };
    this.#failed = (error) => {
      input.failed(error);
    };
    const group = (): WorkerGroup | undefined => this.#group;
    const keys: Keys = {
      get sending() {
        return group()?.sending;
      },
      receiving: (participant) => group()?.receiving(participant),
      get muted() {
        return group()?.muted ?? false;
      },
      heard: (participant, muted) => group()?.heard(participant, muted),
    };
    this.#transforms = new Transforms(keys, input.clock);
  }

  /** A message from the page's side, taken when all before it are. A second `start` is ignored: keys and counters are never begun anew (ENCRYPTION "Counters"). */
  handle(message: ToWorker): void {
    if (message.type === 'statistics-wanted') this.#emit({ type: 'statistics', streams: this.#transforms.statistics });
    else this.#queue.run(() => this.#take(message)).catch(this.#failed);
  }

  async #take(message: ToWorker): Promise<void> {
    if (message.type === 'start') this.#group ??= await this.#makeGroup(message);
    else if (message.type === 'rehearse') await this.#rehearse();
    else if (message.type === 'relayed') await this.#group?.takeRelays(message.list);
    else this.#group?.handle(message);
  }

  /** A new transform of the browser's. May come before `start`: its frames are dropped until there are keys. */
  attach(transformer: Transformer): void {
    void this.#transforms.attach(transformer);
  }
}
