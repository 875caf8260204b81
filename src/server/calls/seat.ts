import type { ParticipantId } from '../../shared/identity/participant-id.ts';
import { kindOf, type Source } from '../../shared/identity/source.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Params, Result } from '../../shared/protocol/requests.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { TokenBucket } from '../support/token-bucket.ts';
import type { RtpParameters, TransportParameters } from '../media/types.ts';
import type { Call, Claim } from './call.ts';
import { Demand } from './demand.ts';
import { inventoryOf, type SeatInventory } from './inventory.ts';
import { subscriptionKey, type Direction, type Participant } from './participant.ts';
import type { Peer } from './presence.ts';
import { Subscription } from './subscription.ts';
import { welcome, welcomeBack, type Welcome, type WelcomeBack } from './welcome.ts';

/** What a participant may do in its call; what each method throws are CodedErrors of PROTOCOL section 7. */
export class Seat {
  readonly #call: Call;
  readonly #self: Participant;
  readonly #clock: Clock;
  readonly #relays: TokenBucket;
  readonly #subscriptions: TokenBucket;
  #welcome: Welcome | undefined;
  /** What was asked so far, on whichever socket, one thing after the other. Never rejects. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Takes the seat of `claim` in `call`. Throws `call-full`, `seat-refused`. */
  static take(call: Call, peer: Peer, claim: Claim, clock: Clock): Seat {
    return new Seat(call, call.admit(peer, claim), clock);
  }

  private constructor(call: Call, self: Participant, clock: Clock) {
    this.#call = call;
    this.#self = self;
    this.#clock = clock;
    this.#welcome = welcome(call, self);
    this.#relays = new TokenBucket(limits.relaysPerSecond, this.#relayBurst, clock.nowMs());
    this.#subscriptions = new TokenBucket(limits.subscriptionsPerSecond, this.#subscriptionBurst, clock.nowMs());
  }

  get id(): ParticipantId {
    return this.#self.id;
  }

  /**
   * What one needs to know on joining, as it was at that moment: whatever changes after is told by notices. To be had once
   * (throws Error the second time), for it names others who may leave before this one.
   */
  takeWelcome(): Welcome {
    const taken = this.#welcome;
    if (taken === undefined) throw new Error('welcomed already');
    this.#welcome = undefined;
    return taken;
  }

  /** Leaves the call. A second time does nothing. */
  leave(): void {
    this.#call.leave(this.#self);
  }

  /** The socket is lost: the seat is held for 10 s, and what is meant for it is dropped. */
  lost(): void {
    this.#self.presence.lost();
    this.#self.outbox.clear();
  }

  /** Goes on over the socket of `peer`. Answers with all there is at this moment: whatever changes after is told by notices. */
  moveTo(peer: Peer): WelcomeBack {
    this.#self.presence.moveTo(peer);
    for (const { demand } of this.#self.sources.values()) demand?.again();
    for (const { report } of this.#self.subscriptions.values()) report?.again();
    return welcomeBack(this.#call, this.#self);
  }

  /** Calls `listener` when the participant has left, or the call has ended. */
  onEnd(listener: () => void): void {
    this.#self.lifetime.onEnd(listener);
  }

  /** Runs `action` when all before it is done, so that what was asked on a lost socket has been decided by then. */
  async inTurn<T>(action: () => Promise<T> | T): Promise<T> {
    const done = this.#turn.then(action);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Which of its call's media processes, one after the other, it has now; undefined while there is none. */
  get mediaNumber(): number | undefined {
    return this.#call.mediaNumber;
  }

  async createTransport(direction: Direction): Promise<TransportParameters> {
    const transport = await this.#self.createTransport(direction, this.#call.media);
    return transport.parameters;
  }

  async connectTransport({ direction, dtlsParameters }: Params<'transport.connect'>): Promise<void> {
    await this.#self.transport(direction).connect(dtlsParameters);
    this.#self.connected.add(direction);
  }

  async restartIce(direction: Direction): Promise<TransportParameters['iceParameters']> {
    return this.#self.transport(direction).restartIce();
  }

  /** Opens a source and tells the others. Returns the producer's id. */
  async open(source: Source, rtpParameters: RtpParameters): Promise<string> {
    if (this.#self.sources.has(source)) throw new CodedError('source-exists');
    const producer = await this.#self.transport('send').produce(kindOf(source), rtpParameters);
    if (this.#self.ended) throw new CodedError('not-joined');
    this.#self.sources.set(source, { producer, paused: false, demand: this.#demand(source) });
    this.#tell('source.opened', source);
    return producer.id;
  }

  async pause(source: Source): Promise<void> {
    const open = this.#self.source(source);
    if (open.paused) return;
    open.paused = true;
    await open.producer.pause();
    this.#tell('source.paused', source);
  }

  async resume(source: Source): Promise<void> {
    const open = this.#self.source(source);
    if (!open.paused) return;
    open.paused = false;
    await open.producer.resume();
    this.#tell('source.resumed', source);
  }

  close(source: Source): void {
    this.#call.closeSource(this.#self, source, this.#self.source(source));
  }

  /**
   * Receives a source, changes how much of it, or ends that. At most one consumer per participant and source. Counts as
   * one subscription.
   */
  async subscribe({
    participantId,
    source,
    wanted,
    priority,
  }: Params<'subscription.set'>): Promise<Result<'subscription.set'>> {
    if (!this.#subscriptions.take(1, this.#subscriptionBurst, this.#clock.nowMs()))
      throw new CodedError('subscription-too-often');
    const key = subscriptionKey(participantId, source);
    const subscribed = this.#self.subscriptions.get(key);
    if (wanted === null) {
      subscribed?.consumer.close();
      subscribed?.[Symbol.dispose]();
      this.#self.subscriptions.delete(key);
      return { consumer: null, granted: null };
    }
    const subscription = subscribed ?? (await this.#consume(participantId, source));
    const granted = await subscription.want(wanted, priority);
    return { consumer: subscription.consumer.parameters, granted };
  }

  async resumeConsumer(of: ParticipantId, source: Source): Promise<void> {
    await this.#subscription(of, source).resume();
  }

  async requestKeyFrame(of: ParticipantId, source: Source): Promise<void> {
    await this.#subscription(of, source).requestKeyFrame();
  }

  /** To everybody else. Counts as one relay. */
  relayToAll(bytes: Bytes): void {
    this.#countRelays(1);
    for (const { id } of this.#call.participants) this.#relay(id, bytes);
  }

  /** Each to one participant. Who is no longer in the call gets nothing, and nothing is kept. */
  relay(list: readonly { readonly to: ParticipantId; readonly bytes: Bytes }[]): void {
    this.#countRelays(list.length);
    for (const { to, bytes } of list) this.#relay(to, bytes);
  }

  /** What is to be told to whoever peeks at the call; takes the place of what was there. */
  updateState(sealed: Bytes): void {
    this.#call.state.update(sealed);
  }

  /** All that is held on this participant, its subscriptions from number `from` on. Throws CodedError `transport-missing` when it leaves meanwhile. */
  async inventory(from: number): Promise<SeatInventory> {
    return inventoryOf(this.#call, this.#self, from, {
      relays: this.#relays.leftAt(this.#relayBurst, this.#clock.nowMs()),
      subscriptions: this.#subscriptions.leftAt(this.#subscriptionBurst, this.#clock.nowMs()),
    });
  }

  #relay(to: ParticipantId, bytes: Bytes): void {
    const receiver = to.key === this.#self.id.key ? undefined : this.#call.find(to);
    if (receiver?.presence.here === true) receiver.outbox.add({ from: this.#self.id, bytes });
  }

  #countRelays(count: number): void {
    if (!this.#relays.take(count, this.#relayBurst, this.#clock.nowMs())) throw new CodedError('relay-too-often');
  }

  get #relayBurst(): number {
    return limits.relayBurstPerParticipant * this.#call.size;
  }

  get #subscriptionBurst(): number {
    return limits.subscriptionBurstPerParticipant * this.#call.size;
  }

  /** Tells this participant what is wanted of its source. */
  #demand(source: Source): Demand | undefined {
    if (kindOf(source) === 'audio') return undefined;
    return new Demand(
      this.#clock,
      () => this.#call.wantedOf(this.#self, source),
      (layers) => {
        this.#self.presence.notify({ notice: 'source.wanted', params: { source, layers } });
      },
    );
  }

  #subscription(of: ParticipantId, source: Source): Subscription {
    const subscription = this.#self.subscriptions.get(subscriptionKey(of, source));
    if (subscription === undefined) throw new CodedError('source-missing');
    return subscription;
  }

  async #consume(participantId: ParticipantId, source: Source): Promise<Subscription> {
    const owner = this.#call.participant(participantId);
    if (owner === this.#self) throw new CodedError('participant-missing');
    const of = owner.source(source);
    const consumer = await this.#self.transport('receive').consume(of.producer.id);
    // Meanwhile the source may have been closed (and opened anew), or this participant may have left.
    if (this.#self.ended || owner.sources.get(source) !== of) {
      consumer.close();
      throw new CodedError('source-missing');
    }
    const subscription = new Subscription({ participantId, source }, of.demand, consumer, this.#clock, (delivery) => {
      this.#self.presence.notify({ notice: 'subscription.changed', params: { participantId, source, ...delivery } });
    });
    this.#self.subscriptions.set(subscriptionKey(participantId, source), subscription);
    return subscription;
  }

  #tell(notice: 'source.opened' | 'source.paused' | 'source.resumed', source: Source): void {
    this.#call.notifyOthers(this.#self, { notice, params: { participantId: this.#self.id, source } });
  }
}
