import type { Source } from '../../shared/identity/source.ts';
import type { Inventory } from '../../shared/protocol/inventory.ts';
import type { Agreement, VideoCodec } from '../encryption/messages.ts';

/** State that can be read now and followed. `subscribe` calls at once and at each change; its answer, called, stops it. */
export interface Readable<T> {
  get(): T;
  subscribe(listener: (value: T) => void): () => void;
}

/** Why something could not be done, in a form that a program can tell apart. */
export type CallErrorCode =
  | 'invitation-damaged'
  | 'invitation-newer'
  | 'regions-refused'
  | 'regions-expired'
  | 'browser-cannot-encrypt'
  | 'router-unreachable'
  | 'router-not-pinned'
  | 'router-refused'
  | 'version-unknown'
  | 'call-full'
  | 'router-full'
  | 'token-needed'
  | 'token-refused'
  | 'issuer-unreachable'
  | 'issuer-refused'
  | 'media-unreachable'
  | 'device-denied'
  | 'device-missing'
  | 'device-busy'
  | 'not-https'
  | 'aborted'
  | 'ended';

/**
 * How a call gets on: one state machine in two parts, and the SDK takes every step of it by itself.
 *
 * | phase | means | goes to |
 * | --- | --- | --- |
 * | `connecting` | joining, or joining anew as a new participant | `connected`, `ended` |
 * | `connected` | the router is reached | `reconnecting`, `moving`, `connecting`, `ended` |
 * | `reconnecting` | the connection to the router is lost, for 20 s at most. We are the same participant, with the same keys, when it is had again on this router, on the same one started anew, or on another one of `JoinOptions.routers` | `connected`, `connecting`, `ended` |
 * | `moving` | the router is about to stop, and the call moves to another one of `JoinOptions.routers`; nothing is lost on the way | `connected`, `reconnecting`, `connecting`, `ended` |
 * | `ended` | for good; `reason` says why | |
 */
export interface Connection {
  readonly phase: 'connecting' | 'connected' | 'reconnecting' | 'moving' | 'ended';
  /**
   * `none`: nothing has been sent or received yet. `flowing`: sound and picture get to the router and back, also while `phase`
   * is `reconnecting` or `moving`. `interrupted`: they do not at the moment, in some direction, and we may not be heard; another
   * path is looked for. After 30 s in vain the call ends with `media-unreachable`.
   */
  readonly media: 'none' | 'flowing' | 'interrupted';
  /** Why it ended: `left` by oneself, or the code of what went wrong. */
  readonly reason: 'left' | CallErrorCode | undefined;
}

/** What can be said about encryption; there is no unencrypted state to ask about. */
export interface Encryption {
  readonly agreement: Agreement;
}

/** One's own microphone, camera or screen. */
export interface OwnSource {
  /** `off`: not captured. `muted` (microphone only): captured as silence. */
  readonly state: Readable<'off' | 'starting' | 'on' | 'muted'>;
  /** The captured track while on, for a self view. */
  readonly track: Readable<MediaStreamTrack | undefined>;
  /** Asks for the device (or takes `track`) and starts sending. Rejects with CallError. */
  turnOn(options?: TurnOnOptions): Promise<void>;
  /** A microphone goes silent but its stream goes on, so that the router cannot tell; a camera stops and frees its device. */
  turnOff(): Promise<void>;
}

export interface TurnOnOptions {
  readonly deviceId?: string;
  /** Video: most pixels of height to send. Default 720, for a screen 1080. */
  readonly maxHeight?: 90 | 180 | 360 | 720 | 1080;
  /** A track of the application's own instead of a device's. It is stopped when the source is turned off. */
  readonly track?: MediaStreamTrack;
  /** Screen: also what it sounds like, where the browser and its user give that. It goes with the screen, both ways. */
  readonly sound?: boolean;
  /**
   * Screen: what must not suffer when there is too little of line or processor. `detail` (the default) keeps text sharp at
   * fewer frames, `motion` keeps a video moving.
   */
  readonly content?: 'detail' | 'motion';
}

/** A video of another participant, at one moment. */
export interface RemoteVideo {
  /**
   * `waiting`: on, but its key or its first frame has not come. `undecryptable`: frames come and do not open. `paused`: our line
   * is too weak for any picture, or its sender sends none at the moment. `not-shown`: on, but we do not receive it, since it is
   * nowhere to be seen or not among the `maxCameras`.
   */
  readonly state: 'off' | 'waiting' | 'on' | 'undecryptable' | 'paused' | 'not-shown';
  /** While `paused`: on account of our line, or of the sender. */
  readonly pausedBy?: 'our-line' | 'sender';
  /** The received track; plays only what was opened. */
  readonly track: MediaStreamTrack | undefined;
  /**
   * Shows the video in `element` until disposed, across re-subscriptions. The largest of its elements decides how much is
   * received: by its size on the screen, and whether it can be seen at all. It needs a place in the page for that (`visibility:
   * hidden` is one, `display: none` is not). Attached nowhere, it is not received.
   */
  attach(element: HTMLVideoElement): Disposable;
}

export interface RemoteAudio {
  readonly state: 'off' | 'waiting' | 'on' | 'undecryptable';
}

/** Another participant at one moment; frozen. Compare by `id`. */
export interface Participant {
  /** Names the participant within this call and this page only. */
  readonly id: string;
  readonly standing: 'arriving' | 'authenticated' | 'refused';
  /** As authenticated end-to-end; undefined before. */
  readonly name: string | undefined;
  readonly nameTaken: boolean;
  /** As heard here: the router is not told. */
  readonly speaking: boolean;
  readonly microphone: RemoteAudio;
  readonly camera: RemoteVideo;
  readonly screen: RemoteVideo;
}

/** What was really received of one stream of another participant. */
export interface ReceivedStream {
  readonly participant: string;
  readonly name: string | undefined;
  readonly source: Source;
  readonly framesDecoded: number;
  readonly framesPerSecond: number;
  readonly frameWidth: number;
  readonly frameHeight: number;
  readonly totalAudioEnergy: number;
  /** From the click on join (or, for who joined later, from first sight of the participant) to the first decoded frame or sample. */
  readonly firstFrameMs: number | undefined;
  readonly undecryptable: number;
  readonly lastUndecryptableMs: number | undefined;
  readonly replayed: number;
  /** Nothing of it is to come at the moment: it is not shown here, our line is too weak, or its sender sends none. */
  readonly paused: boolean;
  /** How often, and for how long altogether, a video stood still when it was not paused, an ongoing time included (W3C webrtc-stats `freezeCount`). */
  readonly freezes: number;
  readonly freezeSeconds: number;
  /** Share (0 to 1) of the sound played that the browser made up for what did not come in time, silence not counted. */
  readonly concealedShare: number;
  /** Sound played that was received and not made up, in seconds. */
  readonly heardSeconds: number;
  /** Of a video: which layers go out to us now, or from the next key frame on; null: none, or no choice. */
  readonly layers: { readonly spatial: number; readonly temporal: number } | null;
  /** Received since the last call of `statistics`, headers and repeats included, in bits a second. */
  readonly bitrate: number;
}

/** One call, joined once. Leaving (or disposing) ends it for good. */
export interface Call extends AsyncDisposable {
  readonly participants: Readable<readonly Participant[]>;
  /** Ids of the participants: who speaks first, then who spoke last, then by joining. Nobody overtakes a speaker who goes on. */
  readonly speakers: Readable<readonly string[]>;
  readonly connection: Readable<Connection>;
  readonly encryption: Readable<Encryption>;
  readonly microphone: OwnSource;
  readonly camera: OwnSource;
  readonly screen: OwnSource;
  /** Whether the browser holds back sound until somebody clicks, and the click's answer. */
  readonly sound: { readonly blocked: Readable<boolean>; unlock(): Promise<void> };
  /** From calling joinCall to being admitted with the first key agreed or alone, in ms. */
  readonly joinMs: number;
  statistics(): Promise<readonly ReceivedStream[]>;
  /** Everything that the router holds on us at this moment. Rejects with CallError, also while we join anew. */
  inventory(): Promise<Inventory>;
  leave(): Promise<void>;
}

/** A call as it is told to who holds its invitation and has not joined. For showing only: it may be old, or the router's invention. */
export type PeekedCall =
  | { readonly running: false }
  | {
      readonly running: true;
      /** To the minute. */
      readonly startedAt: Date;
      /** Nobody more is let in at the moment. */
      readonly full: boolean;
      /** How many are in it, as they say themselves; undefined when they have said nothing lately. */
      readonly people: number | undefined;
    };

export interface PeekOptions {
  /** As in JoinOptions. A look has a channel of its own, so each one costs a token where tokens are asked for. */
  readonly tokens?: () => Promise<Uint8Array | undefined>;
  readonly signal?: AbortSignal;
}

/** A router that an application knows beforehand. */
export interface RouterPin {
  /** Its address, `https://host[:port]`. */
  readonly url: string;
  /** Its router key, base64url, as its operator publishes it. */
  readonly routerKey: string;
}

export interface JoinOptions {
  /**
   * Where calls may go when their router is about to stop, or cannot be reached any more: the application's own list, never a
   * router's. All participants of a call must have the same one, or they part.
   */
  readonly routers?: readonly RouterPin[];
  /** Shown to the others; at most 64 bytes of UTF-8. Never leaves the encrypted handshake. */
  readonly name: string;
  /**
   * Codecs that our videos may be sent in; what all the others can show decides among them. VP8, which everybody can show, is
   * used when there is no other way. Default: VP8 and VP9; AV1 takes a fast machine.
   */
  readonly videoCodecs?: readonly VideoCodec[];
  /**
   * Gives a token away, or undefined when there is none: `TokenWallet.take`. Asked only when the router wants one, at most three
   * times for each channel, also when a running call has to join anew. What it rejects with is what the join fails with.
   */
  readonly tokens?: () => Promise<Uint8Array | undefined>;
  /** How many cameras are received at most: of those that are to be seen, whoever spoke last, then whoever joined first. Default 9. */
  readonly maxCameras?: number;
  /** Aborting undoes everything. */
  readonly signal?: AbortSignal;
  /** Makes the encryption worker, where a bundler needs that; default: the SDK's own file. */
  readonly worker?: () => Worker;
}
