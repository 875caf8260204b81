import type { StreamForm } from '../peer/packet-sender.ts';
import type { SealedPath } from '../peer/sealed-path.ts';
import type { MediaKind } from './streams.ts';

/** What forwards in a comparison. */
export const systemNames = ['ours', 'mediasoup', 'janus'] as const;
export type SystemName = (typeof systemNames)[number];

/** As they are called in tables. */
export const shownNames = { ours: 'Sotto', mediasoup: 'mediasoup, bare', janus: 'Janus, video room' } as const;

/** Where a running system can be reached by whoever wants to take part, also from another process. */
export interface SystemAddress {
  readonly name: SystemName;
  readonly url: string;
  /** What else it takes: the call's link, for one. */
  readonly key: string;
}

/** A system that runs, in processes of its own, and ends when it is disposed of. */
export interface System extends AsyncDisposable {
  readonly address: SystemAddress;
  /** The processes that forward, once somebody is there. */
  mediaPids(): Promise<readonly number[]>;
  /** The process that is spoken to, where that is another. */
  signallingPids(): readonly number[];
}

/** A stream that somebody sends, as the system names it. */
export type Feed = string;

export interface Sending {
  readonly path: SealedPath;
  readonly form: StreamForm;
  readonly feed: Feed;
}

export interface Receiving {
  readonly path: SealedPath;
  /** Of the streams asked for, in their order. */
  readonly ssrcs: readonly number[];
  readonly transportWide: number | undefined;
  /** Lets them come: nothing does before, so that whoever counts is there first. */
  readonly begin: () => Promise<void>;
}

/** Somebody who takes part: the system's own signalling, and paths for media. */
export interface Member extends AsyncDisposable {
  /** Opens its microphone or its camera. */
  send(kind: MediaKind): Promise<Sending>;
  /** Prepares to receive these. */
  receive(kind: MediaKind, feeds: readonly Feed[]): Promise<Receiving>;
}

/** The SSRC of a stream and of its repeats, at random. */
export function newSsrcs(): { ssrc: number; rtxSsrc: number } {
  const ssrc = 1 + Math.floor(Math.random() * 0x7fff_0000);
  return { ssrc, rtxSsrc: ssrc + 1 };
}
