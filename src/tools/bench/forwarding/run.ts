import { setTimeout as wait } from 'node:timers/promises';
import { watchMachine } from '../machine.ts';
import { processorNs } from '../processor-time.ts';
import { startSystem } from '../systems/systems.ts';
import { systemNames, type System, type SystemName } from '../systems/system.ts';
import { Load, type Shape } from './load.ts';
import { Probe } from './probe.ts';
import { reportOf, type ForwardingReport, type Window } from './report.ts';

/**
 * Before each window the load runs for so long, in ms, so that estimates, buffers and caches are as in the middle of a call. Of
 * pictures a router has to find out again what each layer takes.
 */
const warmMs = { sound: 700, picture: 2_500 } as const;
/** How long a system may take at first until all that is sent is delivered, in ms: estimates of lines have to grow. */
const settlingMs = 20_000;
/** So much of what is sent in a second has to come for that, as a share. */
const settled = 0.99;

export interface ForwardingOptions extends Shape {
  readonly windows: number;
  /** Length of a window. */
  readonly seconds: number;
  readonly progress: (step: string) => void;
  /** Aborting ends everything in order. */
  readonly signal: AbortSignal;
}

/** One system with all that takes part in it. */
interface Stand {
  readonly name: SystemName;
  readonly system: System;
  readonly load: Load;
  readonly probe: Probe;
  readonly windows: Window[];
}

/**
 * What forwarding costs each system under the same load: all of them stand ready, and each window is of one, in turns, so that
 * whatever else the machine does falls on all alike. Rejects when one that is installed cannot be measured.
 */
export async function measureForwarding(options: ForwardingOptions): Promise<ForwardingReport> {
  const { media, bytes, windows, progress, signal } = options;
  const machine = await watchMachine();
  await using stack = new AsyncDisposableStack();
  const stands: Stand[] = [];
  for (const name of systemNames) {
    signal.throwIfAborted();
    progress(`Connecting peers to ${name}`);
    const system = await startSystem(name);
    if (system === undefined) continue;
    stack.use(system);
    const load = stack.use(await Load.connect(system.address, options, '127.60.0'));
    const probe = stack.use(await Probe.connect(system.address, media, bytes));
    stands.push({ name, system, load, probe, windows: [] });
  }
  for (const { name, load, probe } of stands) {
    progress(`Waiting until ${name} delivers all`);
    await settle(load, probe, signal);
  }
  for (let number = 0; number < windows; number += 1) {
    progress(`Window ${number + 1} of ${windows}`);
    // Another one is first each time: what one leaves behind is not always the same one's to bear.
    for (const [turn] of stands.entries()) {
      const stand = stands[(number + turn) % stands.length];
      if (stand !== undefined) stand.windows.push(await windowOf(stand, options));
    }
  }
  return reportOf(options, stands, await machine());
}

async function settle(load: Load, probe: Probe, signal: AbortSignal): Promise<void> {
  load.start();
  await probe.start();
  const deadline = performance.now() + settlingMs;
  for (let share = 0; share < settled && performance.now() < deadline;) {
    const [due, received] = [load.due, load.received];
    await wait(1_000, undefined, { signal });
    share = (load.received - received) / (load.due - due);
  }
  await probe.stop();
  await load.stop();
  load.rest();
}

async function windowOf(
  { system, load, probe }: Stand,
  { media, seconds, signal }: ForwardingOptions,
): Promise<Window> {
  const pids = await system.mediaPids();
  load.start();
  await probe.start();
  await wait(warmMs[media], undefined, { signal });
  await probe.look();
  const before = { ns: await processorNs(pids), due: load.due, received: load.received, others: load.others };
  await wait(seconds * 1_000, undefined, { signal });
  const after = { ns: await processorNs(pids), received: load.received, others: load.others };
  const delaysMs = await probe.look();
  await probe.stop();
  await load.stop();
  const received = after.received - before.received;
  const window = {
    nsPerPacket: (after.ns - before.ns) / (received + delaysMs.length),
    // What was under way before is among it: a few packets of thousands.
    delivered: Math.min(1, (load.received - before.received) / (load.due - before.due)),
    others: (after.others - before.others) / received,
    delaysMs,
  };
  load.rest();
  return window;
}
