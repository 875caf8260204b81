import type { Source } from '../../shared/identity/source.ts';
import { isSpeaking } from './attention/speech.ts';
import { shownStreams, type RemoteParticipant } from './remote-participants.ts';
import type { Participant, RemoteAudio, RemoteVideo } from './types.ts';
import type { VideoElements } from './video-elements.ts';

/** What there is to see and hear of everybody, at one moment. */
export interface View {
  readonly participants: readonly Participant[];
  /** Tracks to play, by name of the sound or the video. */
  readonly sounds: ReadonlyMap<string, MediaStreamTrack>;
  readonly videos: ReadonlyMap<string, MediaStreamTrack>;
}

/**
 * Turns what is known of the others into frozen snapshots. Whoever did not change stays the same object, and so does
 * the list when nobody did. Of who is not authenticated nothing is shown and nothing played.
 */
export class PeopleView {
  readonly #elements: VideoElements;
  /** Ids for this page only, so that the router's do not spread. */
  readonly #ids = new Map<string, string>();
  #lastId = 0;
  #previous: readonly Participant[] = [];

  constructor(elements: VideoElements) {
    this.#elements = elements;
  }

  /** The id on this page of the participant with this key. */
  idOf(key: string): string {
    const id = this.#ids.get(key) ?? `p${String((this.#lastId += 1))}`;
    this.#ids.set(key, id);
    return id;
  }

  update(others: readonly RemoteParticipant[]): View {
    const sounds = new Map<string, MediaStreamTrack>();
    const videos = new Map<string, MediaStreamTrack>();
    const participants = others.map((other) => {
      const id = this.idOf(other.id.key);
      for (const { source } of shownStreams(other)) {
        const { track } = shown(other, source);
        if (track === undefined) continue;
        (track.kind === 'audio' ? sounds : videos).set(`${id} ${source}`, track);
      }
      return this.#participant(id, other);
    });
    const present = new Set(others.map(({ id }) => id.key));
    for (const key of this.#ids.keys()) if (!present.has(key)) this.#ids.delete(key);
    return { participants: this.#share(participants), sounds, videos };
  }

  /** Everybody as last seen, without media: what is shown while we join anew. */
  pause(): View {
    const participants = this.#previous.map((person) =>
      Object.freeze({
        ...person,
        speaking: false,
        microphone: paused(person.microphone),
        camera: this.#pausedVideo(person.camera),
        screen: this.#pausedVideo(person.screen),
      }),
    );
    return { participants: this.#share(participants), sounds: new Map(), videos: new Map() };
  }

  #participant(id: string, other: RemoteParticipant): Participant {
    const before = this.#previous.find((person) => person.id === id);
    const standing = other.person?.standing ?? 'arriving';
    const person = standing === 'authenticated' ? other.person : undefined;
    const next: Participant = {
      id,
      standing,
      name: person?.name,
      nameTaken: person?.nameTaken ?? false,
      speaking: person !== undefined && isSpeaking(other.speech),
      microphone: keep(before?.microphone, { state: heard(other) }),
      camera: this.#video(before?.camera, `${id} camera`, shown(other, 'camera')),
      screen: this.#video(before?.screen, `${id} screen`, shown(other, 'screen')),
    };
    return keep(before, next);
  }

  #video(before: RemoteVideo | undefined, name: string, now: Omit<RemoteVideo, 'attach'>): RemoteVideo {
    if (before?.state === now.state && before.track === now.track && before.pausedBy === now.pausedBy) return before;
    return Object.freeze({ ...now, attach: (element: HTMLVideoElement) => this.#elements.attach(name, element) });
  }

  #pausedVideo(video: RemoteVideo): RemoteVideo {
    return Object.freeze({ ...video, ...paused(video), track: undefined });
  }

  #share(participants: readonly Participant[]): readonly Participant[] {
    const same =
      participants.length === this.#previous.length &&
      participants.every((person, index) => person === this.#previous[index]);
    if (!same) this.#previous = Object.freeze(participants);
    return this.#previous;
  }
}

/** What is to be made of one source: its sender's word decides whether it is on, our worker whether it can be opened. */
function shown(other: RemoteParticipant, source: Source): Omit<RemoteVideo, 'attach'> {
  const { person } = other;
  if (person?.standing !== 'authenticated' || !person.capturing.includes(source))
    return { state: 'off', track: undefined };
  const stream = shownStreams(other).find((shownStream) => shownStream.source === source);
  if (stream === undefined) return { state: 'waiting', track: undefined };
  if (!stream.wanted) return { state: 'not-shown', track: undefined };
  const { state } = stream.reception;
  const track = stream.receiving?.track;
  if (stream.why === 'sent' || state === 'undecryptable') return { state, track };
  return { state: 'paused', track, pausedBy: stream.why === 'bandwidth' ? 'our-line' : 'sender' };
}

/** Of a microphone. One that is muted goes on as silence; one that we do not receive in a large call is on all the same. */
function heard(other: RemoteParticipant): RemoteAudio['state'] {
  const { state } = shown(other, 'microphone');
  if (other.person?.muted === true) return 'off';
  return state === 'not-shown' || state === 'paused' ? 'on' : state;
}

function paused({ state }: Pick<RemoteVideo, 'state'>): RemoteAudio {
  return Object.freeze({ state: state === 'off' ? 'off' : 'waiting' });
}

/** `before`, if every property is the same; else `next`, frozen. */
function keep<T extends object>(before: T | undefined, next: T): T {
  const keys = Object.keys(next) as (keyof T)[];
  return before !== undefined && keys.every((key) => Object.is(before[key], next[key])) ? before : Object.freeze(next);
}
