import type { Clock } from '../../../shared/support/clock.ts';
import type { RemoteParticipants } from '../remote-participants.ts';
import { Listening, type Ears } from './listening.ts';
import { Plan, type Seen } from './plan.ts';

/** How often it is looked and listened, in ms. Lower finds speakers sooner; one look at the sound of eight costs 1 ms (measured). */
const lookMs = 250;

/** How long changes of what is to be seen are gathered, in ms: a layout changes many sizes, some of them frame by frame. */
const gatherMs = 50;

export interface AttentionInput {
  readonly others: Pick<RemoteParticipants, 'all' | 'isLarge'>;
  readonly ears: Ears;
  readonly seen: Seen;
  /** Cameras that are received at most. */
  readonly mostCameras: number;
  readonly clock: Clock;
  /** Who speaks has changed. */
  readonly onChange: () => void;
}

/** Has received what is heard and seen of the others, and no more than that. Ends with `close`. */
export class Attention {
  readonly #input: AttentionInput;
  readonly #listening: Listening;
  readonly #plan: Plan;
  #stop: () => void = () => undefined;
  #stopGathering: (() => void) | undefined;
  #closed = false;

  constructor(input: AttentionInput) {
    this.#input = input;
    this.#listening = new Listening(input.others, input.ears, input.clock);
    this.#plan = new Plan(input.seen, input.mostCameras);
    this.#again();
  }

  /** See `Listening.speakers`. */
  get speakers(): readonly string[] {
    return this.#listening.speakers;
  }

  /** What is to be seen of the others has changed, or changes. */
  look(): void {
    if (this.#closed) return;
    this.#stopGathering ??= this.#input.clock.after(gatherMs, () => {
      this.#stopGathering = undefined;
      this.update();
    });
  }

  /** Who is there has changed, or what of theirs is open. */
  update(): void {
    if (this.#closed) return;
    const { others, clock } = this.#input;
    this.#plan.apply({
      people: others.all,
      speakers: this.speakers,
      isLarge: others.isLarge,
      nowMs: clock.nowMs(),
    });
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.#stopGathering?.();
  }

  #again(): void {
    this.#stop = this.#input.clock.after(lookMs, () => {
      void this.#listen().finally(() => {
        if (!this.#closed) this.#again();
      });
    });
  }

  async #listen(): Promise<void> {
    const changed = await this.#listening.look().catch(() => false); // the session is ending
    this.update();
    if (changed && !this.#closed) this.#input.onChange();
  }
}
