import { setTimeout as wait } from 'node:timers/promises';
import { PacketCounter } from '../peer/packet-counter.ts';
import { PacketSender } from '../peer/packet-sender.ts';
import { join } from '../systems/systems.ts';
import type { MediaKind } from '../systems/streams.ts';
import type { Sending, SystemAddress } from '../systems/system.ts';

/** Who sends and who receives. */
export interface Shape {
  readonly media: MediaKind;
  readonly senders: number;
  /** Who only receive. Everybody receives all senders but themselves. */
  readonly receivers: number;
  /** Of each sender, a second. */
  readonly rate: number;
  /** Of each packet's payload. */
  readonly bytes: number;
}

/** Until what was sent last has come, in ms. */
const drainMs = 300;

/** Peers of one system that stand ready, and send when they are told to. */
export class Load implements AsyncDisposable {
  /** The SRTP profiles that all paths negotiated. */
  readonly profiles: ReadonlySet<number | undefined>;
  readonly senders: readonly PacketSender[];
  readonly counters: readonly PacketCounter[];
  readonly #rate: number;
  readonly #stack: AsyncDisposableStack;

  /** `from`: the first three numbers of the loopback addresses that they come from, `127.60.0`. */
  static async connect(
    address: SystemAddress,
    { media, senders, receivers, rate, bytes }: Shape,
    from: string,
  ): Promise<Load> {
    const stack = new AsyncDisposableStack();
    const members = [];
    for (let number = 1; number <= senders + receivers; number += 1)
      members.push(stack.use(await join(address, `${from}.${number}`)));
    const sending: Sending[] = [];
    for (const member of members.slice(0, senders)) sending.push(await member.send(media));
    const paths = sending.map(({ path }) => path);
    const counters: PacketCounter[] = [];
    for (const [index, member] of members.entries()) {
      const others = sending.filter((_, sender) => sender !== index).map(({ feed }) => feed);
      if (others.length === 0) continue;
      const { path, ssrcs, transportWide, begin } = await member.receive(media, others);
      counters.push(stack.use(new PacketCounter(path, ssrcs, transportWide)));
      await begin();
      paths.push(path);
    }
    const own = sending.map(({ path, form }) => stack.use(new PacketSender(path, form, bytes)));
    return new Load(own, counters, rate, new Set(paths.map(({ profile }) => profile)), stack);
  }

  private constructor(
    senders: readonly PacketSender[],
    counters: readonly PacketCounter[],
    rate: number,
    profiles: ReadonlySet<number | undefined>,
    stack: AsyncDisposableStack,
  ) {
    this.senders = senders;
    this.counters = counters;
    this.profiles = profiles;
    this.#rate = rate;
    this.#stack = stack;
  }

  /** Packets that should have come, had all that was sent reached everybody. */
  get due(): number {
    const [sender] = this.senders;
    if (sender === undefined) return 0;
    const receivers = this.counters.length - (this.senders.length > 1 ? 1 : 0);
    return this.senders.reduce((sum, { sent }) => sum + sent, 0) * receivers;
  }

  get received(): number {
    return this.counters.reduce((sum, { received }) => sum + received, 0);
  }

  get others(): number {
    return this.counters.reduce((sum, { others }) => sum + others, 0);
  }

  start(): void {
    for (const sender of this.senders) sender.start(this.#rate);
  }

  /** Resolves when what was sent last has come. */
  async stop(): Promise<void> {
    for (const sender of this.senders) sender.stop();
    await wait(drainMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
