import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Participant } from '../../client/index.ts';
import type { Large, Scene, View } from '../layout/scene.ts';
import { bringIn, reseat } from '../layout/seats.ts';
import type { Seat } from '../layout/pages.ts';

/** How long after a click or tap nothing moves that somebody else caused, in ms: a second click must not hit another thing. */
const calmMs = 1_000;
/** How often another speaker may be brought into view, in ms. Lower follows a quick exchange, and flickers. */
const speakerMs = 3_000;

/** Others' part of what is shown where; moves only when nobody is about to click. */
export class Scenery {
  readonly seats = signal<readonly Seat[]>([]);
  /** Whose screens are shown, newest first. */
  readonly screens = signal<readonly string[]>([]);
  /** Who speaks, or spoke last, first; changes every few seconds at most. */
  readonly speakers = signal<readonly string[]>([]);
  /** Shown large for oneself alone. */
  readonly pinned = signal<string | undefined>(undefined);
  readonly chosen = signal<Large | undefined>(undefined);
  readonly view = signal<View>('auto');
  readonly page = signal(0);
  /** What is on show: everybody alike, who speaks, or what is shared or pinned, which leaves no choice between the two. */
  readonly shown = signal<'everybody' | 'speaker' | 'stage'>('everybody');
  readonly #people: ReadonlySignal<readonly Participant[]>;
  readonly #heard: ReadonlySignal<readonly string[]>;
  #inView: readonly string[] = [];
  /** Those who share one tile: they are named there when they speak. */
  #listening: readonly string[] = [];
  #calmUntil = 0;
  #speakerFrom = 0;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  /** Follows until `until` is aborted. `heard`: ids of who speaks or spoke, most recent first. */
  constructor(
    people: ReadonlySignal<readonly Participant[]>,
    heard: ReadonlySignal<readonly string[]>,
    until: AbortSignal,
  ) {
    this.#people = people;
    this.#heard = heard;
    const stop = effect(() => {
      people.value.map(({ id }) => id);
      heard.value.at(0);
      this.#follow();
    });
    until.addEventListener('abort', () => {
      stop();
      clearTimeout(this.#waiting);
    });
  }

  /** Somebody clicked or tapped. */
  touched(): void {
    this.#calmUntil = performance.now() + calmMs;
  }

  /** What is on show now. A speaker is brought to one of the places that are in view. */
  showing({ large, tiles }: Scene): void {
    const isPerson = large?.what.of === 'person';
    this.#inView = isPerson ? [large.what.id] : tiles.flatMap(({ tile }) => (tile.of === 'person' ? [tile.id] : []));
    this.#listening = tiles.flatMap(({ tile }) => (tile.of === 'listening' ? tile.ids : []));
    const isSpeaker = isPerson && large.what.id !== this.pinned.peek();
    this.shown.value = large === undefined ? 'everybody' : isSpeaker ? 'speaker' : 'stage';
  }

  /** Shows somebody large, for oneself alone; or not any more. */
  pin(id: string): void {
    const isPinned = this.pinned.value === id;
    this.pinned.value = isPinned ? undefined : id;
    this.chosen.value = isPinned ? undefined : { of: 'person', id };
  }

  choose(large: Large): void {
    this.chosen.value = large;
  }

  turnTo(page: number): void {
    this.page.value = Math.max(0, page);
  }

  toggleView(): void {
    if (this.shown.value === 'stage') return;
    this.view.value = this.shown.value === 'speaker' ? 'grid' : 'speaker';
    this.page.value = 0;
  }

  #follow(): void {
    clearTimeout(this.#waiting);
    const now = performance.now();
    if (now < this.#calmUntil) {
      this.#later(this.#calmUntil - now);
      return;
    }
    const people = this.#people.peek();
    this.seats.value = reseat(this.seats.peek(), people.map(seatOf));
    this.#followScreens(people);
    const [first] = this.#heard.peek();
    if (first === this.speakers.peek()[0] || people.find(({ id }) => id === first)?.speaking !== true) return;
    if (now < this.#speakerFrom) {
      this.#later(this.#speakerFrom - now);
      return;
    }
    this.#speakerFrom = now + speakerMs;
    this.speakers.value = this.#heard.peek();
    if (this.#listening.includes(first ?? '')) return;
    this.seats.value = bringIn(this.seats.peek(), this.#inView, this.speakers.peek());
  }

  #followScreens(people: readonly Participant[]): void {
    const sharing = people.filter(({ screen }) => screen.state !== 'off').map(({ id }) => id);
    const before = this.screens.peek();
    const begun = sharing.filter((id) => !before.includes(id));
    if (begun.length === 0 && before.every((id) => sharing.includes(id))) return;
    this.screens.value = [...begun.reverse(), ...before.filter((id) => sharing.includes(id))];
    const chosen = this.chosen.peek();
    const isGone = chosen?.of === 'screen' && !sharing.includes(chosen.id);
    if (begun.length > 0 || isGone) this.chosen.value = undefined; // the newest gets the stage
  }

  #later(ms: number): void {
    this.#waiting = setTimeout(() => {
      this.#follow();
    }, ms);
  }
}

function seatOf({ id, camera }: Participant): Seat {
  return { id, hasPicture: camera.state !== 'off' };
}
