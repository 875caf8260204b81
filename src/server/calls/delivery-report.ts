import { limits } from '../../shared/protocol/limits.ts';
import type { Clock } from '../../shared/support/clock.ts';
import type { Delivery, MediaConsumer } from '../media/types.ts';

/**
 * Tells a receiver what it gets of one video, whenever that has changed (PROTOCOL section 8, `subscription.changed`): at
 * once, then what has become of it 500 ms later, so that it hears the last state and seldom more.
 */
export class DeliveryReport implements Disposable {
  readonly #clock: Clock;
  readonly #consumer: Pick<MediaConsumer, 'delivery'>;
  readonly #tell: (delivery: Delivery) => void;
  #told: Delivery | undefined;
  /** Stops the waiting that follows each telling. */
  #cancel: (() => void) | undefined;
  /** The engine is being asked. */
  #asking = false;
  /** Something has happened since it was. */
  #stale = false;
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
    this.#stale = true;
    this.#ask();
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

  #ask(): void {
    if (this.#ended || this.#asking || !this.#stale || this.#cancel !== undefined) return;
    this.#stale = false;
    this.#asking = true;
    const take = (delivery?: Delivery): void => {
      this.#asking = false;
      if (delivery !== undefined) this.#take(delivery);
      this.#ask();
    };
    this.#consumer.delivery().then(take, () => {
      take(); // the source has closed, and its closing is told
    });
  }

  #take(delivery: Delivery): void {
    if (this.#ended || isSame(delivery, this.#told)) return;
    this.#told = delivery;
    this.#cancel = this.#clock.after(limits.subscriptionToldMs, () => {
      this.#cancel = undefined;
      this.#ask();
    });
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
