// A pair of peers of their own, in a process that does nothing else: one sends stamped packets, the other opens them and looks
// how long they were under way. Run by `probe.ts`.
import { PacketCounter } from '../peer/packet-counter.ts';
import { PacketSender } from '../peer/packet-sender.ts';
import { sinceStamp } from '../peer/stamp.ts';
import { join } from '../systems/systems.ts';
import { probeOrder, type ProbeAnswer, type ProbeOrder } from './probe-messages.ts';

/** Stamped packets a second: few, so that they are no load. */
const rate = 50;

const stack = new AsyncDisposableStack();
let sender: PacketSender | undefined;
let delaysMs: number[] = [];

async function connect({ address, media, bytes, from }: Extract<ProbeOrder, { do: 'connect' }>): Promise<void> {
  const speaker = stack.use(await join(address, `${from}.1`));
  const listener = stack.use(await join(address, `${from}.2`));
  const sending = await speaker.send(media);
  const { path, ssrcs, transportWide, begin } = await listener.receive(media, [sending.feed]);
  const counter = stack.use(new PacketCounter(path, ssrcs, transportWide));
  counter.onPacket = (packet) => delaysMs.push(sinceStamp(path.open(packet)));
  await begin();
  sender = stack.use(new PacketSender(sending.path, sending.form, bytes));
}

async function obey(order: ProbeOrder): Promise<ProbeAnswer> {
  switch (order.do) {
    case 'connect':
      await connect(order);
      return { delaysMs: [] };
    case 'start':
      sender?.start(rate);
      return { delaysMs: [] };
    case 'look': {
      const seen = delaysMs;
      delaysMs = [];
      return { delaysMs: seen };
    }
    case 'stop':
      sender?.stop();
      return { delaysMs: [] };
  }
}

process.on('message', (message) => {
  obey(probeOrder.parse(message)).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.once('disconnect', () => {
  void stack.disposeAsync();
});
