import type { ParticipantId } from '../../../shared/identity/participant-id.ts';
import { sources, type Source } from '../../../shared/identity/source.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import type { KeysBody } from '../keys/keys-body.ts';
import type { ReceivedKeys } from '../keys/received-keys.ts';
import type { VideoCodec } from '../messages.ts';
import type { Identified } from './auth.ts';
import { openBroadcast, readBroadcast } from './broadcast.ts';
import { decodeCapture, type Capture } from './capture.ts';
import { contentKinds, type Content } from './content.ts';
import { DigestWatch } from './digests.ts';
import { decodeKeys, encodeKeys, forgetKeys } from './keys-message.ts';
import { likenessOf } from './name.ts';
import type { PairChannel } from './pair-channel.ts';
import { decodeRoster, encodeRoster, type Roster } from './roster.ts';
import { decodeSpeaking } from './speaking.ts';

/** What a message of an authenticated peer leaves for the group to do. */
export type Effect =
  | { readonly effect: 'none' }
  /** Its roster says which of our chains it holds (0: none), and may ask for ours. */
  | { readonly effect: 'holds'; readonly chain: number; readonly asks: boolean }
  | { readonly effect: 'gone' };

const none: Effect = { effect: 'none' };

/** A participant that holds the call key and has proved its identity. */
export class AuthenticatedPeer {
  readonly standing = 'authenticated';
  readonly id: ParticipantId;
  readonly ephemeral: Bytes;
  readonly identity: Bytes;
  readonly name: string;
  /** See `likenessOf`. */
  readonly likeness: string;
  readonly keys: ReceivedKeys;
  readonly digest = new DigestWatch();
  readonly #channel: PairChannel;
  #capture: Capture | undefined;
  #muted = false;
  #broadcasts = 0;
  #rosterMs: number;
  #handedMs = -Infinity;

  /** `channel` goes on after the auth; `keys` are this peer's alone. Both end with `purge`. */
  constructor(
    { id, ephemeral }: { readonly id: ParticipantId; readonly ephemeral: Bytes },
    { identity, name, channel }: Identified & { readonly channel: PairChannel },
    keys: ReceivedKeys,
    nowMs: number,
  ) {
    this.id = id;
    this.ephemeral = ephemeral;
    this.identity = identity;
    this.name = name;
    this.likeness = likenessOf(name);
    this.keys = keys;
    this.#channel = channel;
    this.#rosterMs = nowMs;
  }

  /** The sources that its last capture calls on. */
  get capturing(): readonly Source[] {
    return this.#capture?.on ?? [];
  }

  /** The videos that it can show, as its last capture says; none before the first. */
  get decodes(): readonly VideoCodec[] {
    return this.#capture?.decodes ?? [];
  }

  /** Its microphone, which is on, is muted. */
  get muted(): boolean {
    return this.#muted && this.capturing.includes('microphone');
  }

  /** A frame of its microphone has opened, which says whether it is muted (ENCRYPTION "Even sizes"). */
  heard(muted: boolean): void {
    this.#muted = muted;
  }

  get missed(): number {
    return this.#channel.missed;
  }

  /** When its last roster came, or else when it authenticated. */
  get rosterMs(): number {
    return this.#rosterMs;
  }

  /** When it was last sent `keys`. */
  get handedMs(): number {
    return this.#handedMs;
  }

  /** ENCRYPTION "keys", ready to be relayed. */
  sealKeys(keys: KeysBody, capture: Capture, nowMs: number): Bytes {
    this.#handedMs = nowMs;
    const body = encodeKeys(keys, capture);
    const sealed = this.#channel.seal('keys', body);
    body.fill(0);
    return sealed;
  }

  /** ENCRYPTION "roster", ready to be relayed; what we hold of this peer is filled in. `asking`: for the peer's. */
  sealRoster(roster: Omit<Roster, 'held'>, kind: 'roster' | 'asking'): Bytes {
    return this.#channel.seal(kind, encodeRoster({ ...roster, held: this.keys.lastingChain ?? 0 }));
  }

  /** ENCRYPTION "bye", ready to be relayed. */
  sealBye(): Bytes {
    return this.#channel.seal('bye', new Uint8Array());
  }

  /** A pair message from this peer (type taken off). What does not open or has no meaning changes nothing. */
  take(bytes: Uint8Array, nowMs: number): Effect {
    const content = this.#channel.open(bytes);
    switch (content?.kind) {
      case contentKinds.keys:
        return this.#takeKeys(content, nowMs);
      case contentKinds.roster:
      case contentKinds.asking:
        return this.#takeRoster(content, nowMs);
      case contentKinds.bye:
        return { effect: 'gone' };
      case undefined:
      default:
        return none; // also kinds of a later version
    }
  }

  /**
   * A broadcast from this peer (type taken off). What does not open, is old or has no meaning changes nothing. Answers how
   * loud the peer says it is, of full scale 1, if that is what it says.
   */
  takeBroadcast(bytes: Uint8Array, nowMs: number): number | undefined {
    const broadcast = readBroadcast(bytes);
    if (broadcast === undefined || broadcast.head.counter <= this.#broadcasts) return undefined;
    const { head, box } = broadcast;
    const key = this.keys.broadcastKey(head.kid, head.counter, nowMs);
    const content = key && openBroadcast(head, key, box);
    if (content === undefined) return undefined;
    this.#broadcasts = head.counter;
    if (content.kind === contentKinds.speaking) return decodeSpeaking(content.body);
    const capture = content.kind === contentKinds.capture ? decodeCapture(content.body) : undefined;
    // Everybody in the call could have made this: it may only overtake what the peer itself last said, not undo it.
    if (capture !== undefined && capture.change > (this.#capture?.change ?? -1)) this.#show(capture);
    return undefined;
  }

  purge(): void {
    this.#channel.purge();
    this.keys.purge();
  }

  #takeKeys(content: Content, nowMs: number): Effect {
    const message = decodeKeys(content.body);
    if (message === undefined) return none;
    this.keys.take(message.keys, nowMs);
    forgetKeys(message.keys);
    content.body.fill(0);
    this.#show(message.capture);
    return none;
  }

  #takeRoster(content: Content, nowMs: number): Effect {
    const roster = decodeRoster(content.body);
    if (roster === undefined) return none;
    this.#rosterMs = nowMs;
    this.digest.told(roster.digest);
    this.keys.told(roster.chain, roster.step, nowMs);
    this.#show(roster.capture);
    return { effect: 'holds', chain: roster.held, asks: content.kind === contentKinds.asking };
  }

  #show(capture: Capture): void {
    this.#capture = capture;
    this.#muted = capture.muted;
    for (const source of sources) this.keys.setCapturing(source, capture.on.includes(source));
  }
}
