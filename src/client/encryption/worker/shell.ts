import type { Clock } from '../../../shared/support/clock.ts';
import type { FromWorker, ToWorker } from '../messages.ts';
import { Transforms, type Keys, type Transformer } from './transforms.ts';

/** What is used of the group. */
export interface WorkerGroup extends Keys {
  handle(message: ToWorker): void;
}

/** One encryption worker: hands messages to the group, once there is one, and frames to the transforms. */
export class WorkerShell {
  readonly #makeGroup: (start: Extract<ToWorker, { type: 'start' }>) => WorkerGroup;
  readonly #emit: (message: FromWorker) => void;
  readonly #transforms: Transforms;
  #group: WorkerGroup | undefined;

  constructor(input: {
    clock: Pick<Clock, 'nowMs'>;
    emit(message: FromWorker): void;
    makeGroup(start: Extract<ToWorker, { type: 'start' }>): WorkerGroup;
  }) {
    this.#makeGroup = (start) => input.makeGroup(start);
    this.#emit = (message) => {
      input.emit(message);
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

  /** A message from the page's side. A second `start` is ignored: keys and counters are never begun anew (ENCRYPTION "Counters"). */
  handle(message: ToWorker): void {
    if (message.type === 'start') this.#group ??= this.#makeGroup(message);
    else if (message.type === 'statistics-wanted')
      this.#emit({ type: 'statistics', streams: this.#transforms.statistics });
    else this.#group?.handle(message);
  }

  /** A new transform of the browser's. May come before `start`: its frames are dropped until there are keys. */
  attach(transformer: Transformer): void {
    void this.#transforms.attach(transformer);
  }
}
