import type { Clock } from '../../../shared/support/clock.ts';
import { Carrier, type Counts } from './carrier.ts';
import { Deliveries } from './deliveries.ts';
import { MediaRelay } from './media-relay.ts';
import { Timetable, type Direction, type Profile } from './profile.ts';
import { profiles, type ProfileName } from './profiles.ts';
import { SeededRandom } from './random.ts';
import { SignallingRelay } from './signalling-relay.ts';

/** What became of the packets of one participant. */
export interface LineReport {
  readonly network: ProfileName;
  readonly up: Readonly<Counts>;
  readonly down: Readonly<Counts>;
}

/** The networks between the participants of a call and a router, each participant's own. Needs no rights. */
export class DialledNetwork implements AsyncDisposable {
  readonly #router: string;
  readonly #seed: string;
  readonly #clock: Clock;
  readonly #deliveries: Deliveries;
  readonly #lines: ParticipantLine[] = [];

  /** `router`: its address. `seed`: the same decisions for the same packets. */
  constructor(router: string, seed: string, clock: Clock) {
    this.#router = router;
    this.#seed = seed;
    this.#clock = clock;
    this.#deliveries = new Deliveries(clock);
  }

  /** A line for participant `number`. */
  async line(number: number, network: ProfileName): Promise<ParticipantLine> {
    const startMs = Infinity; // the changes begin with the measuring
    const carrier = (direction: Direction): Carrier =>
      new Carrier(
        new Timetable(profiles[network], direction, startMs),
        new SeededRandom(`${this.#seed} ${number} ${direction}`),
      );
    const lines = { up: carrier('up'), down: carrier('down'), deliveries: this.#deliveries, clock: this.#clock };
    const line = new ParticipantLine(network, lines, await SignallingRelay.to(this.#router, lines));
    this.#lines.push(line);
    return line;
  }

  /** The measuring begins: so do the changes of every line. */
  begin(): void {
    for (const line of this.#lines) line.dial(line.network);
  }

  /** How late the relay was with 95 of 100 packets at most, in ms: what it adds to the delays that were dialled. */
  get lateMs(): number {
    return this.#deliveries.lateMs(0.95);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const line of this.#lines) await line[Symbol.asyncDispose]();
    this.#deliveries[Symbol.dispose]();
  }
}

/** One participant's way to the router, media and signalling. */
export class ParticipantLine implements AsyncDisposable {
  network: ProfileName;
  readonly #lines: ConstructorParameters<typeof MediaRelay>[0];
  readonly #media: MediaRelay;
  readonly #signalling: SignallingRelay;

  constructor(network: ProfileName, lines: ConstructorParameters<typeof MediaRelay>[0], signalling: SignallingRelay) {
    this.network = network;
    this.#lines = lines;
    this.#media = new MediaRelay(lines);
    this.#signalling = signalling;
  }

  /** Where this participant reaches the router. */
  get routerUrl(): string {
    return this.#signalling.url;
  }

  /** The port on 127.0.0.1 to send media to in place of this address of the router's. */
  portFor(address: string, port: number): Promise<number> {
    return this.#media.portFor(address, port);
  }

  /** Another network from now on; its changes begin now. */
  dial(network: ProfileName): void {
    this.network = network;
    const profile: Profile = profiles[network];
    const nowMs = this.#lines.clock.nowMs();
    for (const direction of ['up', 'down'] as const)
      this.#lines[direction].change(new Timetable(profile, direction, nowMs));
  }

  get report(): LineReport {
    return { network: this.network, up: this.#lines.up.counts, down: this.#lines.down.counts };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#signalling[Symbol.asyncDispose]();
    await this.#media[Symbol.asyncDispose]();
  }
}
