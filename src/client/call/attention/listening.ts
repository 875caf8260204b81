import type { Clock } from '../../../shared/support/clock.ts';
import type { Receiving, SoundTotals } from '../../media/media.ts';
import { shownStreams, type RemoteParticipant, type RemoteParticipants } from '../remote-participants.ts';
import { hear, isSpeaking, leads, rank } from './speech.ts';

/** For how long somebody's word on their own level counts, in ms: they give it once a second (ENCRYPTION "speaking"). */
const toldMs = 1_500;

/** Where sounds are heard. */
export interface Ears {
  /** The browser's numbers of what is received. */
  received(): Promise<ReadonlyMap<Receiving, RTCInboundRtpStreamStats>>;
  /** What has gone into our own microphone's stream; undefined while there is none. */
  ownSound(): Promise<SoundTotals | undefined>;
  /** The level of our own microphone: root mean square since the last time, of full scale 1. */
  tellLevel(level: number): void;
}

/** Finds out from the sound that was decoded here who speaks and who spoke last. */
export class Listening {
  readonly #others: Pick<RemoteParticipants, 'all' | 'isLarge'>;
  readonly #ears: Ears;
  readonly #clock: Clock;
  #before: ReadonlyMap<Receiving, SoundTotals> = new Map();
  #ownBefore: SoundTotals | undefined;
  #speakers: readonly string[] = [];

  constructor(others: Pick<RemoteParticipants, 'all' | 'isLarge'>, ears: Ears, clock: Clock) {
    this.#others = others;
    this.#ears = ears;
    this.#clock = clock;
  }

  /** Keys of the authenticated: who speaks first, then who spoke last, then by joining. The same array while nothing changes. */
  get speakers(): readonly string[] {
    return this.#speakers;
  }

  /** Listens once; answers whether who speaks, or their order, is another. To be called four times a second. */
  async look(): Promise<boolean> {
    const sounds = soundsOf(await this.#ears.received());
    const nowMs = this.#clock.nowMs();
    const people = this.#others.all.filter(({ person }) => person?.standing === 'authenticated');
    let changed = false;
    for (const other of people) {
      const before = isSpeaking(other.speech);
      other.speech = hear(other.speech, this.#levelOf(other, sounds, nowMs), nowMs);
      changed ||= isSpeaking(other.speech) !== before;
    }
    this.#before = sounds;
    const speeches = new Map(people.map(({ id, speech }) => [id.key, speech]));
    const speakers = rank(this.#speakers, [...speeches.keys()], (key) => leads(speeches.get(key)));
    changed ||= speakers !== this.#speakers;
    this.#speakers = speakers;
    if (this.#others.isLarge) await this.#tellOwn();
    return changed;
  }

  #levelOf(other: RemoteParticipant, sounds: ReadonlyMap<Receiving, SoundTotals>, nowMs: number): number {
    const { person, told } = other;
    if (person?.muted === true || person?.capturing.includes('microphone') !== true) return 0;
    const receiving = shownStreams(other).find(({ source }) => source === 'microphone')?.receiving;
    if (receiving === undefined) return told !== undefined && nowMs - told.atMs < toldMs ? told.level : 0;
    return levelBetween(this.#before.get(receiving), sounds.get(receiving));
  }

  async #tellOwn(): Promise<void> {
    const sound = await this.#ears.ownSound();
    this.#ears.tellLevel(levelBetween(this.#ownBefore, sound));
    this.#ownBefore = sound;
  }
}

function soundsOf(received: ReadonlyMap<Receiving, RTCInboundRtpStreamStats>): ReadonlyMap<Receiving, SoundTotals> {
  return new Map(
    [...received].map(([receiving, { totalAudioEnergy = 0, totalSamplesDuration = 0 }]) => [
      receiving,
      { energy: totalAudioEnergy, seconds: totalSamplesDuration },
    ]),
  );
}

/** Root mean square of the samples between two moments; 0 when there were none. */
function levelBetween(before: SoundTotals | undefined, now: SoundTotals | undefined): number {
  if (before === undefined || now === undefined || now.seconds <= before.seconds) return 0;
  return Math.sqrt(Math.max(0, now.energy - before.energy) / (now.seconds - before.seconds));
}
