import type { Source } from '../../../shared/identity/source.ts';
import { CodedError } from '../../../shared/protocol/errors.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import { unreachable } from '../../../shared/support/unreachable.ts';
import { ReceivedKeys } from '../keys/received-keys.ts';
import { SendingKey } from '../keys/sending-key.ts';
import type { KeyTiming } from '../keys/timing.ts';
import type { Relayed } from '../messages.ts';
import { AuthenticatedPeer } from './authenticated-peer.ts';
import { sealBroadcast } from './broadcast.ts';
import { encodeCapture } from './capture.ts';
import type { contentKinds } from './content.ts';
import { OwnDigests } from './digests.ts';
import { openHello, sealHello } from './hello.ts';
import { forgetKeys } from './keys-message.ts';
import { Members } from './members.ts';
import { Outbox } from './outbox.ts';
import { OwnCapture } from './own-capture.ts';
import { arrivalMs, changedRostersPerSecond, keyTimingOf, paceOf, smallGroup, speakingMs, type Pace } from './pace.ts';
import { HalfOpenPeer, type ArrivingPeer, type Peer } from './peer.ts';
import { relayedTypes } from './relayed.ts';
import { rosterDigest } from './roster.ts';
import type { Self } from './self.ts';
import { encodeSpeaking } from './speaking.ts';

/**
 * What one participant exchanges with all the others: hellos, auths, keys, rosters, captures and byes (ENCRYPTION
 * "Messages"). It knows the time by being told, and sends by leaving things in its outbox. Nothing relayed makes it throw.
 */
export class Exchange {
  readonly sending: SendingKey;
  readonly members: Members;
  readonly digests: OwnDigests;
  readonly outbox = new Outbox();
  readonly #self: Self;
  readonly #random: (length: number) => Bytes;
  readonly #timing: KeyTiming;
  readonly #capture: OwnCapture;
  /** Whom one's own hello has reached, or will. */
  readonly #greeted: Set<string>;
  #broadcasts = 0;
  #rosterDueMs = Infinity;
  #rosterToldMs = -Infinity;
  #speakingDueMs = -Infinity;
  /** The loudest that one's own microphone has been since `speaking` was last told. */
  #level = 0;

  /** Says hello to all; `others` (ids as base64url) were there before. */
  constructor(self: Self, others: readonly string[], random: (length: number) => Bytes, nowMs: number) {
    this.#self = self;
    this.#random = random;
    this.members = new Members(self.id.key);
    this.#capture = new OwnCapture(self.decodes);
    this.digests = new OwnDigests(this.#digest());
    this.#timing = keyTimingOf(() => this.#size);
    this.sending = new SendingKey({ random, callBinding: self.binding.reveal(), timing: this.#timing });
    for (const participant of others) this.members.show(participant, nowMs);
    this.#greeted = new Set(others);
    this.outbox.toAll(this.#hello());
  }

  /** The router shows a participant. `greet`: it cannot have heard our hello, nor we its. */
  shown(participant: string, greet: boolean, nowMs: number): void {
    this.members.show(participant, nowMs);
    if (!greet || this.members.get(participant)?.standing !== 'arriving') return;
    this.#greeted.add(participant);
    this.outbox.to(participant, this.#hello('greeting'));
  }

  /** The router says that a participant has left. */
  left(participant: string, nowMs: number): void {
    const peer = this.members.get(participant);
    if (peer !== undefined) this.#gone(peer, nowMs);
  }

  /**
   * ENCRYPTION "Relayed bytes": what a participant of this standing may not send is dropped. Answers how loud it says it is,
   * of full scale 1, if that is what it says.
   */
  relayed(from: string, bytes: Bytes, nowMs: number): number | undefined {
    const peer = this.members.get(from);
    const rest = bytes.subarray(1);
    switch (bytes[0]) {
      case relayedTypes.hello:
        if (peer?.standing === 'arriving') this.#takeHello(peer, rest, nowMs);
        return undefined;
      case relayedTypes.greeting:
        if (peer?.standing !== 'arriving') return undefined;
        this.#greeted.delete(from); // it has not heard ours, if we said it
        this.#takeHello(peer, rest, nowMs);
        return undefined;
      case relayedTypes.pair:
        if (peer?.standing === 'half-open') this.#takeAuth(peer, rest, nowMs);
        else if (peer?.standing === 'authenticated') this.#takePair(peer, rest, nowMs);
        return undefined;
      case relayedTypes.broadcast:
        return peer?.standing === 'authenticated' ? peer.takeBroadcast(rest, nowMs) : undefined;
      case undefined:
      default: // also types of a later version
        return undefined;
    }
  }

  /** Prepares one's own pairs for `relayed`, if it is a hello that will be taken. Never rejects. */
  async prepareHello({ from, bytes }: Relayed): Promise<void> {
    const { ephemeral, identity, helloKey } = this.#self;
    const isHello = bytes[0] === relayedTypes.hello || bytes[0] === relayedTypes.greeting;
    if (!isHello || ephemeral.prepare === undefined || this.members.get(from)?.standing !== 'arriving') return;
    const hello = openHello(helloKey.reveal(), bytes.subarray(1));
    if (hello?.id.key !== from) return;
    await Promise.all([ephemeral.prepare(hello.ephemeral), identity.prepare?.(hello.ephemeral)]);
  }

  /** The same, if it is an auth. To be called when what came before it has been taken. Never rejects. */
  async prepareAuth({ from, bytes }: Relayed): Promise<void> {
    const { ephemeral } = this.#self;
    const peer = this.members.get(from);
    if (bytes[0] !== relayedTypes.pair || ephemeral.prepare === undefined || peer?.standing !== 'half-open') return;
    const identity = peer.claimedIn(bytes.subarray(1));
    if (identity !== undefined) await ephemeral.prepare(identity);
  }

  /** ENCRYPTION "hello", receiver. It gives nobody a key. */
  #takeHello(peer: ArrivingPeer, bytes: Uint8Array, nowMs: number): void {
    const hello = openHello(this.#self.helloKey.reveal(), bytes);
    if (hello?.id.key !== peer.id.key) return;
    let opened: HalfOpenPeer;
    let auth: Bytes;
    try {
      opened = new HalfOpenPeer(this.#self, peer.id, hello.ephemeral, nowMs);
      auth = opened.auth();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.members.refuse(peer);
      return;
    }
    this.members.update(opened);
    const to = peer.id.key;
    if (!this.#greeted.has(to)) this.outbox.to(to, this.#hello());
    this.#greeted.add(to);
    this.outbox.to(to, auth);
  }

  /** ENCRYPTION "auth", receiver. */
  #takeAuth(halfOpen: HalfOpenPeer, bytes: Uint8Array, nowMs: number): void {
    const proved = halfOpen.take(bytes);
    if (proved === undefined) return;
    if (proved === 'refused') {
      this.#refuse(halfOpen, nowMs);
      return;
    }
    const keys = new ReceivedKeys({ callBinding: this.#self.binding.reveal(), timing: this.#timing });
    const peer = new AuthenticatedPeer(halfOpen, proved, keys, nowMs);
    const twins = this.members.twinsOf(peer);
    if (twins.length > 0 || this.members.hasRefused(peer)) {
      peer.purge();
      this.members.refuse(peer, peer);
      for (const twin of twins) this.#refuse(twin, nowMs);
      return;
    }
    this.members.update(peer);
    this.#hand([peer], nowMs);
    this.#rosterChanged(nowMs);
  }

  #takePair(peer: AuthenticatedPeer, bytes: Uint8Array, nowMs: number): void {
    const effect = peer.take(bytes, nowMs);
    switch (effect.effect) {
      case 'none':
        return;
      case 'holds':
        if (this.sending.owes(effect.chain, peer.handedMs, nowMs)) this.#hand([peer], nowMs);
        if (effect.asks) this.#giveRoster([peer], 'roster');
        return;
      case 'gone':
        this.#gone(peer, nowMs);
        return;
      default:
        unreachable(effect);
    }
  }

  /** ENCRYPTION "keys", sender. The compiler keeps everybody out who has not authenticated. */
  #hand(peers: readonly AuthenticatedPeer[], nowMs: number): void {
    this.sending.setPeers(this.members.authenticated.length);
    const body = this.sending.handOver(nowMs);
    for (const peer of peers) this.outbox.to(peer.id.key, peer.sealKeys(body, this.#capture.now, nowMs));
    forgetKeys(body);
  }

  /** ENCRYPTION "capture", sender. */
  setCapture(source: Source, on: boolean, nowMs: number): void {
    if (!this.#capture.set(source, on)) return;
    this.sending.setSourceOpen(source, on, nowMs);
    if (this.members.authenticated.length > 0) this.#broadcast('capture', encodeCapture(this.#capture.now));
  }

  /** One's own microphone is on and muted. The frames themselves say so (ENCRYPTION "Even sizes"), and the next roster. */
  get muted(): boolean {
    return this.#capture.muted;
  }

  mute(muted: boolean): void {
    this.#capture.mute(muted);
  }

  /** How loud one's own microphone has been lately, of full scale 1. */
  setLevel(level: number): void {
    this.#level = Math.max(this.#level, level);
  }

  /** Sends keys when that is due; answers when it may be so again, Infinity for not on account of time. */
  handDue(nowMs: number): number {
    const { keysDue, nextTickMs } = this.sending.tick(nowMs);
    const peers = this.members.authenticated;
    if (keysDue && peers.length > 0) this.#hand(peers, nowMs);
    return nextTickMs ?? Infinity;
  }

  /** ENCRYPTION "Gone" and "roster", sender: what time has brought about. To be called every `beatMs`. */
  beat(nowMs: number): void {
    for (const peer of this.members.all)
      if (peer.standing === 'half-open' && nowMs - peer.openedMs >= arrivalMs) this.#refuse(peer, nowMs);
    for (const peer of this.members.authenticated) peer.keys.tick(nowMs);
    if (nowMs >= this.#rosterDueMs) this.#tellRoster(nowMs);
    this.#tellSpeaking(nowMs);
  }

  /** ENCRYPTION "speaking", sender: whatever the level is, and also while muted, so that the times tell nothing. */
  #tellSpeaking(nowMs: number): void {
    if (this.#size <= smallGroup || !this.#capture.has('microphone') || nowMs < this.#speakingDueMs) return;
    this.#speakingDueMs = nowMs + speakingMs;
    this.#broadcast('speaking', encodeSpeaking(this.muted ? 0 : this.#level));
    this.#level = 0;
  }

  #broadcast(kind: keyof typeof contentKinds, body: Bytes): void {
    this.#broadcasts += 1;
    const sendingKey = this.sending.broadcastKey();
    const head = { kid: sendingKey.kid, counter: this.#broadcasts, nonce: this.#random(24) };
    this.outbox.toAll(sealBroadcast(head, sendingKey.key(head.counter), kind, body));
  }

  /** Takes those for gone whose roster has not come for too long; answers whether that was everybody. */
  dropSilent(nowMs: number): boolean {
    const silent = this.members.authenticated.filter(({ rosterMs }) => nowMs - rosterMs >= this.pace.silenceMs);
    for (const peer of silent) this.#gone(peer, nowMs);
    return silent.length > 0 && this.members.authenticated.length === 0;
  }

  /** We were away (ENCRYPTION "Gaps"): what the others said meanwhile is lost, and so are rosters to those who were away too. */
  back(): void {
    this.#giveRoster(this.members.authenticated, 'asking');
  }

  get pace(): Pace {
    return paceOf(this.#size);
  }

  /** Tells everybody that one leaves. */
  bye(): void {
    for (const peer of this.members.authenticated) this.outbox.to(peer.id.key, peer.sealBye());
  }

  purge(): void {
    for (const peer of this.members.all) {
      if (peer.standing === 'half-open' || peer.standing === 'authenticated') peer.purge();
      this.members.remove(peer.id.key);
    }
    this.sending.purge();
  }

  get #size(): number {
    return this.members.authenticated.length + 1;
  }

  #gone(peer: Peer, nowMs: number): void {
    this.members.remove(peer.id.key);
    this.#lose(peer, nowMs);
  }

  #refuse(peer: Peer, nowMs: number): void {
    this.members.refuse(peer, peer.standing === 'authenticated' ? peer : undefined);
    this.#lose(peer, nowMs);
  }

  /** ENCRYPTION "Gone": keys of a peer that is no longer a member are overwritten, and replaced if it had ours. */
  #lose(peer: Peer, nowMs: number): void {
    if (peer.standing === 'half-open' || peer.standing === 'authenticated') peer.purge();
    if (peer.standing !== 'authenticated') return;
    const rest = this.members.authenticated;
    this.sending.rotate(nowMs);
    this.sending.setPeers(rest.length);
    for (const { keys } of rest) keys.leaveKnown(nowMs);
    this.#rosterChanged(nowMs);
  }

  #rosterChanged(nowMs: number): void {
    const { rosterMs, changeMs } = this.pace;
    this.digests.change(this.#digest(), nowMs, 2 * rosterMs);
    const soonestMs = this.#rosterToldMs + (this.members.authenticated.length / changedRostersPerSecond) * 1_000;
    this.#rosterDueMs = Math.min(this.#rosterDueMs, Math.max(nowMs + changeMs, soonestMs));
  }

  #tellRoster(nowMs: number): void {
    this.#rosterToldMs = nowMs;
    this.#rosterDueMs = nowMs + this.pace.rosterMs;
    this.#giveRoster(this.members.authenticated, 'roster');
  }

  #giveRoster(peers: readonly AuthenticatedPeer[], kind: 'roster' | 'asking'): void {
    const roster = { digest: this.digests.current, ...this.sending.current, capture: this.#capture.now };
    for (const peer of peers) this.outbox.to(peer.id.key, peer.sealRoster(roster, kind));
  }

  #digest(): Bytes {
    const everybody = this.members.authenticated.map(({ id, identity, ephemeral }) => ({
      id: id.bytes,
      identity,
      ephemeral,
    }));
    const { id, identity, ephemeral, callId } = this.#self;
    const own = { id: id.bytes, identity: identity.publicKey, ephemeral: ephemeral.publicKey };
    return rosterDigest(callId, [own, ...everybody]);
  }

  #hello(type: 'hello' | 'greeting' = 'hello'): Bytes {
    const { id, ephemeral, helloKey } = this.#self;
    return sealHello(helloKey.reveal(), this.#random(24), { id, ephemeral: ephemeral.publicKey }, type);
  }
}
