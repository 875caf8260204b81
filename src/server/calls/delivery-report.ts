import { limits } from '../../shared/protocol/limits.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { Delivery, MediaConsumer } from '../media/types.ts';

/**
 * Tells a receiver what it gets of one video, whenever that has changed (PROTOCOL section 8, `subscription.changed`): the
 * first change at once, then what has become of it 500 ms later, so that it hears the last state and seldom more.
 */
export class DeliveryReport implements Disposable {
  readonly #clock: Clock;
  readonly #consumer: Pick<MediaConsumer, 'delivery'>;
  readonly #tell: (delivery: Delivery) => void;
  #told: Delivery | undefined;
  #cancel: (() => void) | undefined;
  /** Something happened since it was looked at last. */
  #stale = false;
  /** Which look is the newest: an older one that took longer is of no use. */
  #look = 0;
  #ended = false;

  constructor(clock: Clock, consumer: Pick<MediaConsumer, 'delivery'>, tell: (delivery: Delivery) => void) {
    this.#clock = clock;
    this.#consumer = consumer;
    this.#tell = tell;
  }

  /** What the receiver was told last; undefined before. */
  get told(): Delivery | undefined {
    return this.#told;
  }

  /** What goes out may have changed. */
  update(): void {
    if (this.#ended) return;
    this.#stale = true;
    if (this.#cancel === undefined) this.#check();
  }

  /** Whoever was told may not have heard: tells it again. */
  again(): void {
    this.#told = undefined;
    this.update();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#cancel?.();
  }

  #check(): void {
    this.#stale = false;
    this.#cancel = this.#clock.after(limits.subscriptionToldMs, () => {
      this.#cancel = undefined;
      if (this.#stale) this.#check();
    });
    this.#look += 1;
    const look = this.#look;
    this.#consumer.delivery().then(
      (delivery) => {
        if (look === this.#look) this.#take(delivery);
      },
      () => undefined, // the source has closed, and its closing is told
    );
  }

  #take(delivery: Delivery | undefined): void {
    if (this.#ended || delivery === undefined || isSame(delivery, this.#told)) return;
    this.#told = delivery;
    this.#tell(delivery);
  }
}

function isSame(one: Delivery, other: Delivery | undefined): boolean {
  return (
    one.why === other?.why &&
    one.layers?.spatial === other.layers?.spatial &&
    one.layers?.temporal === other.layers?.temporal
  );
}
