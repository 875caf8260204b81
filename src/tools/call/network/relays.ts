import type { Clock } from '../../../shared/support/clock.ts';
import { Carrier } from './carrier.ts';
import { Deliveries } from './deliveries.ts';
import { MediaRelay, type Lines } from './media-relay.ts';
import { Timetable, type Direction } from './profile.ts';
import { profiles, type ProfileName } from './profiles.ts';
import { SeededRandom } from './random.ts';
import type { Answers } from './relay-messages.ts';
import { SignallingRelay } from './signalling-relay.ts';

/** The lines of the participants of a call to a router. */
export class Relays implements AsyncDisposable {
  readonly #router: string;
  readonly #seed: string;
  readonly #clock: Clock;
  readonly #deliveries: Deliveries;
  /** By participant. */
  readonly #lines = new Map<number, RelayedLine>();

  /** `router`: its address. `seed`: the same decisions for the same packets. */
  constructor(router: string, seed: string, clock: Clock) {
    this.#router = router;
    this.#seed = seed;
    this.#clock = clock;
    this.#deliveries = new Deliveries(clock);
  }

  /** A new line. Its network's changes begin with `begin`. */
  async line(participant: number, network: ProfileName): Promise<RelayedLine> {
    const carrier = (direction: Direction): Carrier =>
      new Carrier(
        new Timetable(profiles[network], direction, Infinity),
        new SeededRandom(`${this.#seed} ${participant} ${direction}`),
      );
    const lines = { up: carrier('up'), down: carrier('down'), deliveries: this.#deliveries, clock: this.#clock };
    const line = new RelayedLine(network, lines, await SignallingRelay.to(this.#router, lines));
    this.#lines.set(participant, line);
    return line;
  }

  /** Throws RangeError for who has no line. */
  of(participant: number): RelayedLine {
    const line = this.#lines.get(participant);
    if (line === undefined) throw new RangeError(`participant ${participant} has no line`);
    return line;
  }

  begin(): void {
    for (const line of this.#lines.values()) line.dial(line.network);
  }

  report(): Answers['report'] {
    const lines = [...this.#lines].map(([participant, line]) => ({ participant, ...line.report }));
    return { lateMs: this.#deliveries.lateMs(0.95), lines };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const line of this.#lines.values()) await line[Symbol.asyncDispose]();
    this.#deliveries[Symbol.dispose]();
  }
}

/** One participant's way to the router, media and signalling. */
class RelayedLine implements AsyncDisposable {
  network: ProfileName;
  readonly #lines: Lines;
  readonly #media: MediaRelay;
  readonly #signalling: SignallingRelay;

  constructor(network: ProfileName, lines: Lines, signalling: SignallingRelay) {
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
    const nowMs = this.#lines.clock.nowMs();
    for (const direction of ['up', 'down'] as const)
      this.#lines[direction].change(new Timetable(profiles[network], direction, nowMs));
  }

  get report(): Omit<Answers['report']['lines'][number], 'participant'> {
    return { network: this.network, up: this.#lines.up.counts, down: this.#lines.down.counts };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#signalling[Symbol.asyncDispose]();
    await this.#media[Symbol.asyncDispose]();
  }
}
