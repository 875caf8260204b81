import { unreachable } from '../../../shared/support/unreachable.ts';
import type { RemoteParticipant } from '../remote-participants.ts';
import type { RemoteStream, Wish } from '../remote-stream.ts';
import { choose, type Choice } from './choice.ts';
import { beginning, follow, nothing, priorityOf, sizeFor, type Held } from './size.ts';

/**
 * Microphones received in a large call. A conversation goes to and fro among a few, and whoever is among the last twelve to
 * speak is heard from the first syllable; anybody else a second later. Twelve are about half a megabit a second.
 */
const mostMicrophones = 12;

/** Height on the screen of somebody's video, in its pixels; undefined: it is not to be seen. `key`: of the participant id. */
export type Seen = (key: string, source: 'camera' | 'screen') => number | undefined;

/** What there is to choose from. */
export interface Scene {
  /** In order of joining. */
  readonly people: readonly RemoteParticipant[];
  /** Keys: who speaks first, then who spoke last. */
  readonly speakers: readonly string[];
  /** Not every microphone is received. */
  readonly isLarge: boolean;
  readonly nowMs: number;
}

/** Decides what is received of everybody, and how much of it. */
export class Plan {
  readonly #seen: Seen;
  readonly #mostCameras: number;
  readonly #held = new WeakMap<RemoteStream, Held>();
  #cameras: Choice = new Map();
  #microphones: Choice = new Map();

  constructor(seen: Seen, mostCameras: number) {
    this.#seen = seen;
    this.#mostCameras = mostCameras;
  }

  /** Has every stream want what it should at this moment. To be called at each change, and a few times a second. */
  apply(scene: Scene): void {
    const { people, nowMs } = scene;
    const seen = new Map(people.map(({ id }) => [id.key, this.#seen(id.key, 'camera')]));
    const cameras = this.#chooseCameras(scene, seen);
    const microphones = this.#chooseMicrophones(scene);
    for (const { id, streams } of people)
      for (const stream of streams.values())
        switch (stream.source) {
          case 'microphone':
            stream.want(microphones.has(id.key) ? audio(255) : undefined);
            break;
          case 'screen-audio':
            stream.want(audio(200));
            break;
          case 'screen':
            this.#video(stream, 'screen', this.#seen(id.key, 'screen'), nowMs);
            break;
          case 'camera':
            if (cameras.has(id.key)) this.#video(stream, 'camera', seen.get(id.key), nowMs);
            else this.#drop(stream);
            break;
          default:
            unreachable(stream.source);
        }
  }

  /** The cameras that are received: those that are seen, by who spoke last and who joined first; then those that were until just now. */
  #chooseCameras(
    { people, speakers, nowMs }: Scene,
    seen: ReadonlyMap<string, number | undefined>,
  ): ReadonlySet<string> {
    const streams = new Map(people.map((other) => [other.id.key, other.streams.get('camera')]));
    const ranked = inOrder(people, speakers).filter((key) => streams.get(key) !== undefined);
    const isSeen = (key: string): boolean => seen.get(key) !== undefined;
    this.#cameras = choose(this.#cameras, ranked.filter(isSeen), this.#mostCameras, nowMs);
    const lingering = ranked.filter((key) => !isSeen(key) && this.#heldOf(streams.get(key), nowMs).size !== undefined);
    return new Set([...this.#cameras.keys(), ...lingering.slice(0, this.#mostCameras - this.#cameras.size)]);
  }

  /** Those of people whose keys are held: whoever joins a large call would have the sound of all negotiated before the first picture. */
  #chooseMicrophones({ people, speakers, isLarge, nowMs }: Scene): ReadonlySet<string> {
    const ready = people.filter(
      ({ id, person, streams }) =>
        streams.has('microphone') && (person?.keyHeld === true || this.#microphones.has(id.key)),
    );
    const ranked = inOrder(ready, speakers);
    this.#microphones = choose(this.#microphones, ranked, isLarge ? mostMicrophones : ranked.length, nowMs);
    return new Set(this.#microphones.keys());
  }

  #video(stream: RemoteStream, source: 'camera' | 'screen', lines: number | undefined, nowMs: number): void {
    const fits = lines === undefined ? undefined : sizeFor(lines, source);
    const held = follow(this.#heldOf(stream, nowMs), fits, nowMs);
    this.#held.set(stream, held);
    stream.want(held.size && { size: held.size, priority: priorityOf(held.size, source) });
  }

  #drop(stream: RemoteStream): void {
    this.#held.set(stream, nothing);
    stream.want(undefined);
  }

  #heldOf(stream: RemoteStream | undefined, nowMs: number): Held {
    return (stream && this.#held.get(stream)) ?? beginning(nowMs);
  }
}

/** For audio the size means nothing. */
function audio(priority: number): Wish {
  return { size: { height: 90, framesPerSecond: 30 }, priority };
}

/** Keys of everybody: the speakers in their order, then those who are not among them. */
function inOrder(people: readonly RemoteParticipant[], speakers: readonly string[]): readonly string[] {
  const here = people.map(({ id }) => id.key);
  return [...speakers.filter((key) => here.includes(key)), ...here.filter((key) => !speakers.includes(key))];
}
