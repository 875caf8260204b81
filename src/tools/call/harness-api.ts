import type { Admission } from '../../shared/protocol/admission.ts';

/** What the participant page (src/tools/participant) offers to whoever drives its tab, as `globalThis.sotto`. */
export interface Harness {
  /** A link to a new call on this router. */
  newLink(router: { readonly routerUrl: string; readonly routerKey: string }): string;
  /** What a page does before somebody joins: it has microphone and camera ready, and the SDK prepared. Not needed for joining. */
  prepare(options: HarnessPicture): void;
  /** Joins and turns on a moving picture and a tone. Answers in ms from joining to being joined. */
  join(options: HarnessJoin): Promise<number>;
  /** What was received so far; participants are named as they called themselves. */
  statistics(): Promise<readonly HarnessStream[]>;
  people(): readonly HarnessPerson[];
  /** The mean colour in the middle of the latest picture of the participant of this name; undefined while there is none. */
  colourOf(name: string): Colour | undefined;
  /** The 30 digits, while everybody agrees. */
  code(): string | undefined;
  phase(): { readonly phase: string; readonly media: string; readonly reason: string | undefined };
  /** When each step of the first join was done; undefined before it, and where nothing is watched. */
  marks(): HarnessMarks | undefined;
  /** Which keys the others' sound was opened with, in the order of their first frames; of watched joins. */
  keys(): readonly HarnessKey[];
  /** How long after the click of a watched join somebody else's first picture was decoded, in ms. Resolves when it is. */
  firstPicture(): Promise<number>;
  /** Something to hear and to see, encoded by this browser, as base64. */
  recorded(): Promise<{ readonly sound: readonly string[]; readonly picture: readonly string[] }>;
  /** From now on all videos can be seen, beside each other, with names. Answers with the size of it all, in CSS pixels, once it is painted. */
  showAll(): Promise<{ readonly width: number; readonly height: number }>;
  /** Begins to measure gaps, anew. */
  watchGaps(): void;
  /** The longest gap in each stream since then. */
  gaps(): readonly HarnessGap[];
  setCamera(on: boolean): Promise<void>;
  setMicrophone(on: boolean): Promise<void>;
  /** Shares a moving picture as a screen. */
  setScreen(on: boolean): Promise<void>;
  /** Asks the browser for a screen and its sound, as the page does; or stops sharing. */
  captureScreen(on: boolean): Promise<void>;
  /** Shows camera and screen of the participant of this name, or everybody's, that high from now on, in pixels; 0: nowhere. */
  show(height: number, name?: string): void;
  /** Names of the others: who speaks first, then who spoke last. */
  speakers(): readonly (string | undefined)[];
  leave(): Promise<void>;
}

/** What is sent. */
export interface HarnessPicture {
  /** 1 and up: picks the colour and the tone, and is the name shown to the others. */
  readonly number: number;
  /** Of the picture sent, in pixels. */
  readonly height: number;
  readonly framesPerSecond: number;
}

export interface HarnessJoin extends HarnessPicture {
  readonly link: string;
  readonly routerUrl: string;
  /** Where calls may go from there; none by default. */
  readonly routers?: readonly { readonly url: string; readonly routerKey: string }[];
  /** Which tokens the router asks for, and the Authorization header for their issuer. */
  readonly admission?: Admission | undefined;
  readonly authorization?: string | undefined;
  /** How high everybody's camera and screen are shown here, in pixels; as high as our own without it. */
  readonly shownHeight?: number;
  /** Takes the browser's (fake) microphone, for a browser that makes no sound of its own without a sound card. */
  readonly deviceMicrophone?: boolean;
  /** Looks at steps and keys from inside the page, which costs it a little. */
  readonly watched?: boolean;
  /** As the SDK's `videoCodecs`. */
  readonly videoCodecs?: readonly ('vp8' | 'vp9' | 'av1')[];
  /** Joins with the right signature and a wrong call key inside: what a router's accomplice without the key could do. */
  readonly wrongCallKey?: boolean;
}

export interface HarnessStream {
  readonly name: string | undefined;
  readonly source: string;
  readonly framesDecoded: number;
  readonly framesPerSecond: number;
  readonly frameWidth: number;
  readonly frameHeight: number;
  readonly totalAudioEnergy: number;
  readonly firstFrameMs: number | undefined;
  readonly undecryptable: number;
  readonly lastUndecryptableMs: number | undefined;
  readonly replayed: number;
  readonly paused: boolean;
  readonly freezes: number;
  readonly freezeSeconds: number;
  readonly concealedShare: number;
  readonly heardSeconds: number;
  readonly layers: { readonly spatial: number; readonly temporal: number } | null;
  readonly bitrate: number;
}

/** In ms from the click; what did not happen is not there. */
export interface HarnessMarks {
  /** How long the page took to load, before. */
  readonly pageMs: number;
  readonly socketMs?: number;
  /** The router has let us in. */
  readonly admittedMs?: number;
  /** The first media key of somebody is held: the handshake with them is done. */
  readonly keyMs?: number;
  /** The SDK says so: let in, and a key held, or alone. */
  readonly joinedMs?: number;
}

/** The first frame of the participant of this name that opened under this key (ENCRYPTION "Media keys"). */
export interface HarnessKey {
  readonly name: string;
  readonly chain: number;
  readonly step: number;
  /** In ms since 1970. */
  readonly atMs: number;
}

export interface HarnessGap {
  readonly name: string;
  readonly source: string;
  /** The longest time without a decoded picture, or without sound, in ms. The tone that is sent is silent for 170 ms at a time. */
  readonly longestMs: number;
  /** How long nothing has come by now, in ms. */
  readonly silentMs: number;
  /** When the last frame came that could not be decrypted, in ms since 1970; undefined when all could. */
  readonly lastUndecryptableAtMs: number | undefined;
}

interface HarnessPerson {
  readonly name: string | undefined;
  readonly standing: string;
  readonly camera: string;
  readonly microphone: string;
  readonly screen: string;
  readonly speaking: boolean;
}

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** The colour that tells participant `number` (1 and up) apart; any two of the first twelve are far from each other. */
export function colourFor(number: number): Colour {
  const levels = [40, 215] as const;
  const corner = ((number - 1) % 6) + 1; // the corners of the colour cube but black and white
  const bit = (value: number): 0 | 1 => (Math.floor(corner / value) % 2 === 1 ? 1 : 0);
  const dim = number > 6 ? 0.6 : 1;
  return [levels[bit(1)] * dim, levels[bit(2)] * dim, levels[bit(4)] * dim];
}

/** Which of the first `participants` colours is nearest to `colour`. */
export function nearestColour(colour: Colour, participants: number): number {
  const distance = (number: number): number =>
    Math.hypot(...colourFor(number).map((level, index) => level - (colour[index] ?? 0)));
  const numbers = Array.from({ length: participants }, (_, index) => index + 1);
  return numbers.reduce((best, number) => (distance(number) < distance(best) ? number : best), 1);
}
