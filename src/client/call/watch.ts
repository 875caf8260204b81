import type { Clock } from '../../shared/support/clock.ts';
import type { StreamStatistics } from '../encryption/messages.ts';
import type { Receiving } from '../media/media.ts';
import { countsOf, isStuck, look } from './reception.ts';
import { soundOf } from './received-sound.ts';
import { lookAside, lookForFreeze, noFreezes, type Freezes } from './freezes.ts';
import { shownStreams } from './remote-participants.ts';
import type { RemoteStream } from './remote-stream.ts';
import type { Session } from './session.ts';
import type { ReceivedStream } from './types.ts';

/** How often streams are looked at, in ms: often while a first frame is awaited, which people notice, else seldom. */
const often = 100;
const seldom = 1_000;
/** For how many looks in a row it may be often, so that a stream that never comes costs little. */
const oftenAtMost = 100;

type WatchedSession = Pick<Session, 'others' | 'encryption' | 'received' | 'lifetime'>;

/** Looks at every received stream of one session until it ends, and says when something changed. */
export class Watch {
  readonly #session: WatchedSession;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #freezes = new WeakMap<RemoteStream, Freezes>();
  /** At the last call of `statistics`. */
  readonly #bytes = new WeakMap<Receiving, { readonly bytes: number; readonly atMs: number }>();
  #waitingLooks = 0;
  #stop: () => void = () => undefined;

  constructor(session: WatchedSession, clock: Clock, onChange: () => void) {
    this.#session = session;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#again();
    session.lifetime.onEnd(() => {
      this.#stop();
    });
  }

  /** What was received up to now, of everybody. `idOf` and `nameOf` name participants by their key. */
  async statistics(idOf: (key: string) => string): Promise<readonly ReceivedStream[]> {
    const { received, sealed } = await this.#look();
    return this.#session.others.all.flatMap((participant) => {
      const { id, person, firstSeenMs } = participant;
      return shownStreams(participant).map((stream): ReceivedStream => {
        const stats = statsOf(received, stream);
        const counters = sealed.get(nameOf(stream));
        const { firstFrameAtMs } = stream.reception;
        return {
          participant: idOf(id.key),
          name: person?.standing === 'authenticated' ? person.name : undefined,
          source: stream.source,
          framesDecoded: stats?.framesDecoded ?? 0,
          framesPerSecond: stats?.framesPerSecond ?? 0,
          frameWidth: stats?.frameWidth ?? 0,
          frameHeight: stats?.frameHeight ?? 0,
          totalAudioEnergy: stats?.totalAudioEnergy ?? 0,
          firstFrameMs: firstFrameAtMs === undefined ? undefined : Math.max(0, firstFrameAtMs - firstSeenMs),
          undecryptable: counters?.undecryptable ?? 0,
          lastUndecryptableMs: counters?.lastUndecryptableMs,
          replayed: counters?.replayed ?? 0,
          ...this.#freezesOf(stream, stats),
          ...soundOf(stats),
          paused: !stream.expected,
          layers: stream.granted,
          bitrate: this.#bitrateOf(stream, stats),
        };
      });
    });
  }

  #again(): void {
    const waits = this.#streams().some(({ wanted, reception }) => wanted && reception.state === 'waiting');
    this.#waitingLooks = waits ? this.#waitingLooks + 1 : 0;
    const ms = waits && this.#waitingLooks <= oftenAtMost ? often : seldom;
    this.#stop = this.#clock.after(ms, () => {
      this.#look().then(
        () => {
          if (!this.#session.lifetime.ended) this.#again();
        },
        () => undefined, // the session ended while we looked
      );
    });
  }

  async #look(): Promise<{
    received: ReadonlyMap<Receiving, RTCInboundRtpStreamStats>;
    sealed: ReadonlyMap<string, StreamStatistics>;
  }> {
    const [received, counters] = await Promise.all([this.#session.received(), this.#session.encryption.statistics()]);
    const sealed = new Map(counters.map((counter) => [`${counter.participant} ${counter.source}`, counter]));
    const nowMs = this.#clock.nowMs();
    let changed = false;
    for (const stream of this.#streams()) {
      const before = stream.reception.state;
      const stats = statsOf(received, stream);
      stream.reception = look(stream.reception, countsOf(stats, sealed.get(nameOf(stream))), nowMs);
      if (stats?.kind === 'video') {
        const freezes = this.#freezes.get(stream) ?? noFreezes;
        const lookNow = stream.expected ? lookForFreeze : lookAside;
        this.#freezes.set(stream, lookNow(freezes, stats.framesDecoded ?? 0, nowMs));
      }
      if (isStuck(stream.reception, nowMs)) stream.revive();
      stream.checkRevived(nowMs);
      changed ||= stream.reception.state !== before;
    }
    if (changed) this.#onChange();
    return { received, sealed };
  }

  /**
   * The browser counts a freeze when it is over, and some browsers none: what was seen counts where it is more. It also takes a
   * pause for a freeze: once there was one, only what was seen counts.
   */
  #freezesOf(
    stream: RemoteStream,
    stats: RTCInboundRtpStreamStats | undefined,
  ): Pick<ReceivedStream, 'freezes' | 'freezeSeconds'> {
    const { count, seconds, excused } = this.#freezes.get(stream) ?? noFreezes;
    if (excused) return { freezes: count, freezeSeconds: seconds };
    return {
      freezes: Math.max(count, stats?.freezeCount ?? 0),
      freezeSeconds: Math.max(seconds, stats?.totalFreezesDuration ?? 0),
    };
  }

  #bitrateOf(stream: RemoteStream, stats: RTCInboundRtpStreamStats | undefined): number {
    if (stats === undefined || stream.receiving === undefined) return 0;
    const now = { bytes: (stats.bytesReceived ?? 0) + (stats.headerBytesReceived ?? 0), atMs: stats.timestamp };
    const before = this.#bytes.get(stream.receiving) ?? now;
    // Two calls within the time for which the browser keeps its numbers get the same ones: there is nothing new to say.
    this.#bytes.set(stream.receiving, now);
    return now.atMs > before.atMs ? ((now.bytes - before.bytes) * 8_000) / (now.atMs - before.atMs) : 0;
  }

  #streams(): readonly RemoteStream[] {
    return this.#session.others.all.flatMap(({ streams }) => [...streams.values()]);
  }
}

function statsOf(
  received: ReadonlyMap<Receiving, RTCInboundRtpStreamStats>,
  { receiving }: RemoteStream,
): RTCInboundRtpStreamStats | undefined {
  return receiving === undefined ? undefined : received.get(receiving);
}

function nameOf({ participant, source }: RemoteStream): string {
  return `${participant.key} ${source}`;
}
