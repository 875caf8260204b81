import type { Source } from '../../shared/identity/source.ts';
import type { Bytes } from '../../shared/support/bytes.ts';

/**
 * What the page's side and the encryption worker say to each other. Participants are named by the base64url of their id
 * (`ParticipantId.key`), since a structured clone drops classes. No message carries a media key, in either direction.
 */

/** Codecs of video, the most wanted last. */
export const videoCodecs = ['vp8', 'vp9', 'av1'] as const;
export type VideoCodec = (typeof videoCodecs)[number];

/** A codec that has a rule for its clear bytes; no other is negotiated (ENCRYPTION "Clear bytes"). */
export type FrameCodec = 'opus' | VideoCodec;

/** Which stream a transform is for. */
export type TransformOptions =
  | { readonly direction: 'send'; readonly source: Source; readonly codec: FrameCodec }
  | {
      readonly direction: 'receive';
      readonly participant: string;
      readonly source: Source;
      readonly codec: FrameCodec;
    };

/** What an RTCRtpScriptTransform is made with. */
export interface TransformStart {
  readonly stream: TransformOptions;
  /** Gets one message, of no content, when the worker has the transform and it takes frames. */
  readonly attached: Pick<MessagePort, 'postMessage'>;
}

/** What the router relayed from one participant. */
export interface Relayed {
  readonly from: string;
  readonly bytes: Bytes;
}

/** Page's side to worker. */
export type ToWorker =
  /** Before `start`, while there is time: be as quick as you can then. */
  | { type: 'rehearse' }
  /** Once, when the router has admitted us; the worker then says hello. `others`: who was there before us. */
  | {
      type: 'start';
      callKey: Bytes;
      /** What the router knows the call by, 32 bytes: worked out by the page's side already. */
      callId: Bytes;
      participant: string;
      name: string;
      others: readonly string[];
      /** What this browser can show; VP8 is among them. */
      decodes: readonly VideoCodec[];
    }
  /** `greet`: it was there before us, or is where we come back to, and has not heard our hello (ENCRYPTION "Gaps"). */
  | { type: 'participant-joined'; participant: string; greet?: true }
  | { type: 'participant-left'; participant: string }
  /** The way to the others was gone for a while. Said after who left and who came meanwhile. */
  | { type: 'back' }
  /** In the order in which it came. */
  | { type: 'relayed'; list: readonly Relayed[] }
  /** Own source on or off (a muted microphone is on: it sends sealed silence). */
  | { type: 'capture'; source: Source; on: boolean }
  /** Own microphone, if it is on, is silent because its user wants it so. */
  | { type: 'mute'; muted: boolean }
  /** How loud the own microphone has been since the last time: root mean square, of full scale 1. For large calls only. */
  | { type: 'level'; level: number }
  /** Ask for `statistics`, once. */
  | { type: 'statistics-wanted' }
  /** Say bye and overwrite every key. */
  | { type: 'leave' };

/** Worker to page's side. */
export type FromWorker =
  /** Give these to the router as one relay. */
  | { type: 'relay'; toAll: Bytes }
  | { type: 'relay'; list: readonly { to: string; bytes: Bytes }[] }
  /** Give this to the router as the call's state: sealed, for those who peek before joining. */
  | { type: 'state'; state: Bytes }
  /** Whenever anything about anybody changed: everybody but oneself, in order of joining. */
  | { type: 'people'; people: readonly Person[] }
  /** A participant's own word on how loud its microphone is, of full scale 1 (ENCRYPTION "speaking"). */
  | { type: 'level'; participant: string; level: number }
  | { type: 'agreement'; agreement: Agreement }
  /** All peers have fallen silent, or this device slept: only joining anew helps (ENCRYPTION "Gone"). */
  | { type: 'join-anew' }
  | { type: 'statistics'; streams: readonly StreamStatistics[] }
  /** All keys are overwritten; the worker may be terminated. */
  | { type: 'left' };

/** What is known end-to-end about one other participant. */
export interface Person {
  readonly participant: string;
  /** `arriving`: no hello or auth yet. `authenticated`: proved to hold the call key and an identity. `refused`: something did not match. */
  readonly standing: 'arriving' | 'authenticated' | 'refused';
  /** Only of the authenticated; never from the router. */
  readonly name: string | undefined;
  /** Another authenticated participant (or oneself) has the same name. */
  readonly nameTaken: boolean;
  /** A media key of theirs is held, so that their consumers may be resumed. */
  readonly keyHeld: boolean;
  /** Sources that their last `capture` calls on. */
  readonly capturing: readonly Source[];
  /** The videos that they can show, as their last `capture` says; none before the first. */
  readonly decodes: readonly VideoCodec[];
  /** Their microphone, which is on, is muted. */
  readonly muted: boolean;
  /** Pair messages that were sent to us and did not arrive. */
  readonly missed: number;
}

/** Whether everybody sees the same participants. */
export type Agreement =
  | { readonly state: 'alone' }
  /** Rosters or authentications are still on their way. */
  | { readonly state: 'waiting' }
  /** `code`: 30 digits; `people`: how many it speaks for, oneself included. */
  | { readonly state: 'agreed'; readonly code: string; readonly people: number }
  /** People are shown different participants. */
  | { readonly state: 'disagreed' };

/** Counters of one received stream since the start. */
export interface StreamStatistics {
  readonly participant: string;
  readonly source: Source;
  readonly opened: number;
  /** Did not open: no key, wrong key, changed on the way, too short. */
  readonly undecryptable: number;
  /** Milliseconds since the first frame of this stream came, at the last undecryptable one; undefined if there was none. */
  readonly lastUndecryptableMs: number | undefined;
  /** Came a second time, or too late for the replay window. */
  readonly replayed: number;
}
