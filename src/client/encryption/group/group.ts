import { KeyPair } from '../../../shared/sealing/key-pair.ts';
import { keyLength } from '../../../shared/sealing/public-key.ts';
import type { Bytes } from '../../../shared/support/bytes.ts';
import type { Clock } from '../../../shared/support/clock.ts';
import { unreachable } from '../../../shared/support/unreachable.ts';
import type { ReceivedKeys } from '../keys/received-keys.ts';
import type { SendingKey } from '../keys/sending-key.ts';
import type { FromWorker, Relayed, ToWorker } from '../messages.ts';
import { agreementOf, VerificationCodes } from './agreement.ts';
import { sealCallState } from './call-state.ts';
import { Exchange } from './exchange.ts';
import { arrivalMs, beatMs } from './pace.ts';
import { peopleOf } from './people.ts';
import { Self, type OwnPairs } from './self.ts';
import { StateTeller } from './state-teller.ts';
import { verificationCode } from './verification.ts';

/** What a group needs from outside. */
interface GroupInput {
  /** Must count the time that the device sleeps, which is how sleep is noticed. */
  readonly clock: Clock;
  /** So many unpredictable bytes. */
  random(length: number): Bytes;
  /** New ones, which it takes over; tweetnacl's unless there are faster ones. */
  readonly pairs?: OwnPairs;
  /** Derives the code that is shown; `verificationCode` unless nobody looks at it. */
  readonly deriveCode?: typeof verificationCode;
  /** Never given a key. */
  emit(message: FromWorker): void;
  /** Its call key is overwritten. */
  readonly start: Extract<ToWorker, { type: 'start' }>;
}

/**
 * One participant's side of the participant-to-participant protocol (ENCRYPTION "Messages"), from joining to leaving.
 * It owns one's own sending key and everybody's received keys, and overwrites them at the end.
 */
export class Group {
  readonly #input: GroupInput;
  readonly #self: Self;
  readonly #exchange: Exchange;
  readonly #codes: VerificationCodes;
  readonly #teller = new StateTeller();
  #ended = false;
  #beatAtMs: number;
  #stopTimer: () => void = () => undefined;
  #shown = { people: '', agreement: '' };

  /** Says hello. */
  constructor(input: GroupInput) {
    const nowMs = input.clock.nowMs();
    this.#input = input;
    this.#self = new Self(input.start, input.pairs ?? pairsOf((length) => input.random(length)));
    this.#exchange = new Exchange(this.#self, input.start.others, (length) => input.random(length), nowMs);
    this.#codes = new VerificationCodes(this.#self.verifySalt, input.deriveCode ?? verificationCode, () => {
      this.#show(this.#input.clock.nowMs());
    });
    this.#beatAtMs = nowMs + beatMs;
    this.#settle(nowMs);
  }

  /** One's own media key. */
  get sending(): SendingKey {
    return this.#exchange.sending;
  }

  /** What an authenticated participant's media is opened with; undefined for everybody else. */
  receiving(participant: string): ReceivedKeys | undefined {
    const peer = this.#exchange.members.get(participant);
    return peer?.standing === 'authenticated' ? peer.keys : undefined;
  }

  /** One's own microphone is on and muted. */
  get muted(): boolean {
    return this.#exchange.muted;
  }

  /** A frame of a participant's microphone has opened, which says whether it is muted. */
  heard(participant: string, muted: boolean): void {
    const peer = this.#exchange.members.get(participant);
    if (this.#ended || peer?.standing !== 'authenticated' || peer.muted === muted) return;
    peer.heard(muted);
    this.#show(this.#input.clock.nowMs());
  }

  /** Takes a message of the page's side. `rehearse`, `statistics-wanted` and a second `start` mean nothing here. */
  handle(message: ToWorker): void {
    if (message.type === 'leave') {
      this.leave();
      return;
    }
    const nowMs = this.#input.clock.nowMs();
    if (this.#isOver(nowMs)) return;
    this.#take(message, nowMs);
    this.#settle(nowMs);
  }

  /**
   * Takes relays as `handle` does, with what they need of one's own pairs worked out before (`Pair.prepare`). Nothing else may
   * be handled until it is done. Never rejects.
   */
  async takeRelays(list: readonly Relayed[]): Promise<void> {
    if (this.#ended) return;
    await Promise.all(list.map((relayed) => this.#exchange.prepareHello(relayed)));
    for (const relayed of list) {
      await this.#exchange.prepareAuth(relayed);
      const nowMs = this.#input.clock.nowMs();
      if (this.#isOver(nowMs)) return;
      this.#takeRelay(relayed, nowMs);
    }
    this.#settle(this.#input.clock.nowMs());
  }

  /** Says bye, overwrites every key, and emits `left`. */
  leave(): void {
    this.#end();
    this.#input.emit({ type: 'left' });
  }

  #take(message: Exclude<ToWorker, { type: 'leave' }>, nowMs: number): void {
    switch (message.type) {
      case 'participant-joined':
        this.#exchange.shown(message.participant, message.greet === true, nowMs);
        return;
      case 'participant-left':
        this.#exchange.left(message.participant, nowMs);
        return;
      case 'relayed':
        for (const relayed of message.list) this.#takeRelay(relayed, nowMs);
        return;
      case 'capture':
        this.#exchange.setCapture(message.source, message.on, nowMs);
        return;
      case 'mute':
        this.#exchange.mute(message.muted);
        return;
      case 'level':
        this.#exchange.setLevel(message.level);
        return;
      case 'back':
        this.#exchange.back();
        return;
      case 'rehearse':
      case 'start':
      case 'statistics-wanted':
        return;
      default:
        unreachable(message);
    }
  }

  #takeRelay({ from, bytes }: Relayed, nowMs: number): void {
    const level = this.#exchange.relayed(from, bytes, nowMs);
    if (level !== undefined) this.#input.emit({ type: 'level', participant: from, level });
    this.#sendOut(); // before the next is taken: in a handshake that takes a while
  }

  #wake(): void {
    const nowMs = this.#input.clock.nowMs();
    if (this.#joinsAnewAfterSleep(nowMs)) return;
    if (nowMs >= this.#beatAtMs) {
      // After a stall, what others have sent meanwhile is still waiting to be handled: they are not silent, we were.
      const stalled = nowMs >= this.#beatAtMs + 4 * beatMs;
      this.#beatAtMs = nowMs + beatMs;
      this.#exchange.beat(nowMs);
      if (!stalled && this.#exchange.dropSilent(nowMs)) {
        this.#joinAnew();
        return;
      }
    }
    this.#settle(nowMs);
  }

  #isOver(nowMs: number): boolean {
    return this.#ended || this.#joinsAnewAfterSleep(nowMs);
  }

  /** ENCRYPTION "Gone": whoever slept for longer than silence is borne is gone for the others. */
  #joinsAnewAfterSleep(nowMs: number): boolean {
    if (nowMs - this.#beatAtMs <= this.#exchange.pace.silenceMs) return false;
    this.#joinAnew();
    return true;
  }

  #joinAnew(): void {
    this.#end();
    this.#input.emit({ type: 'join-anew' });
  }

  /** Sends what is due, shows what has changed, and sets the timer. */
  #settle(nowMs: number): void {
    const dueMs = Math.min(this.#exchange.handDue(nowMs), this.#beatAtMs);
    this.#sendOut();
    this.#show(nowMs);
    this.#tellState(nowMs);
    this.#stopTimer();
    this.#stopTimer = this.#input.clock.after(Math.max(1, dueMs - nowMs), () => {
      this.#wake();
    });
  }

  #sendOut(): void {
    this.#exchange.outbox.flush((message) => {
      this.#input.emit(message);
    });
  }

  #show(nowMs: number): void {
    if (this.#ended) return;
    const { members, digests } = this.#exchange;
    const people = peopleOf(members.all, this.#self.name);
    const comparisons = members.authenticated.map(({ digest }) => digest.compare(digests, nowMs));
    const agreement = agreementOf(comparisons, this.#isArriving(nowMs), () => this.#codes.codeOf(digests.current));
    const shown = { people: JSON.stringify(people), agreement: JSON.stringify(agreement) };
    const before = this.#shown;
    this.#shown = shown;
    if (shown.people !== before.people) this.#input.emit({ type: 'people', people });
    if (shown.agreement !== before.agreement) this.#input.emit({ type: 'agreement', agreement });
  }

  /** ENCRYPTION "Call state", sender. */
  #tellState(nowMs: number): void {
    const count = this.#teller.due(this.#self, this.#exchange.members, this.#isArriving(nowMs), nowMs);
    if (count === undefined) return;
    const at = Math.floor(this.#input.clock.calendarMs() / 1_000);
    const state = sealCallState(this.#self.stateKey.reveal(), this.#input.random(24), { count, at });
    this.#input.emit({ type: 'state', state });
  }

  /** Somebody may yet authenticate. */
  #isArriving(nowMs: number): boolean {
    return this.#exchange.members.all.some(
      (peer) => peer.standing === 'half-open' || (peer.standing === 'arriving' && nowMs - peer.shownMs < arrivalMs),
    );
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopTimer();
    this.#exchange.bye();
    this.#sendOut();
    this.#exchange.purge();
    this.#self.purge();
  }
}

function pairsOf(random: (length: number) => Bytes): OwnPairs {
  return { ephemeral: new KeyPair(random(keyLength)), identity: new KeyPair(random(keyLength)) };
}
