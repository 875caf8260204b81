import { setTimeout as wait } from 'node:timers/promises';
import { PacketCounter } from '../peer/packet-counter.ts';
import { PacketSender } from '../peer/packet-sender.ts';
import { join } from '../systems/systems.ts';
import type { MediaKind } from '../systems/streams.ts';
import type { SystemAddress } from '../systems/system.ts';

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

/**
 * Packets a second that a sender of pictures goes on with between windows: without any, routers take the stream for ended, and
 * begin anew with estimate and layers.
 */
const restingRate = 10;
/** Until what was sent last has come, in ms. */
const drainMs = 300;

/** Peers of one system that stand ready, and send when they are told to. */
export class Load implements AsyncDisposable {
  /** The SRTP profiles that all paths negotiated. */
  readonly profiles: ReadonlySet<number | undefined>;
  readonly senders: readonly PacketSender[];
  readonly counters: readonly PacketCounter[];
  readonly #media: MediaKind;
  readonly #rate: number;
  readonly #stack: AsyncDisposableStack;

  /** `from`: the first three numbers of the loopback addresses that they come from, `127.60.0`. */
  static async connect(
    address: SystemAddress,
    { media, senders, receivers, rate, bytes }: Shape,
    from: string,
  ): Promise<Load> {
    const stack = new AsyncDisposableStack();
    const members = await Promise.all(
      Array.from({ length: senders + receivers }, async (_, index) => {
        return stack.use(await join(address, `${from}.${index + 1}`));
      }),
    );
    const sending = await Promise.all(members.slice(0, senders).map((member) => member.send(media)));
    const receiving = await Promise.all(
      members.map(async (member, index) => {
        const others = sending.filter((_, sender) => sender !== index).map(({ feed }) => feed);
        return others.length === 0 ? undefined : member.receive(media, others);
      }),
    );
    const heard = receiving.filter((one) => one !== undefined);
    const counters = heard.map(({ path, ssrcs, transportWide }) =>
      stack.use(new PacketCounter(path, ssrcs, transportWide)),
    );
    await Promise.all(heard.map(({ begin }) => begin()));
    const paths = [...sending, ...heard].map(({ path }) => path);
    const own = sending.map(({ path, form }) => stack.use(new PacketSender(path, form, bytes)));
    return new Load(own, counters, media, rate, new Set(paths.map(({ profile }) => profile)), stack);
  }

  private constructor(
    senders: readonly PacketSender[],
    counters: readonly PacketCounter[],
    media: MediaKind,
    rate: number,
    profiles: ReadonlySet<number | undefined>,
    stack: AsyncDisposableStack,
  ) {
    this.senders = senders;
    this.counters = counters;
    this.profiles = profiles;
    this.#media = media;
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

  /** Sends next to nothing, until it is started again. */
  rest(): void {
    if (this.#media === 'picture') for (const sender of this.senders) sender.start(restingRate);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
