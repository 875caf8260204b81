import { setTimeout as wait } from 'node:timers/promises';
import { privateBytes } from '../../call/memory/process-memory.ts';
import { watchMachine, type Machine } from '../machine.ts';
import { rounded } from '../statistics.ts';
import { join, startSystem } from '../systems/systems.ts';
import { systemNames, type Member, type System, type SystemName } from '../systems/system.ts';

/** Private bytes of a system's processes, in KiB. */
export interface Held {
  /** Of those that signal, where they are others than those that forward; null where they are the same. */
  readonly signalling: number | null;
  /** Of those that forward. */
  readonly media: number;
}

interface SystemMemory {
  /** Before anybody came. */
  readonly idle: Held;
  /** More, with one in a call who sends and receives nothing. */
  readonly oneInACall: Held;
  /** More for each of the others, who all send and receive each other. */
  readonly perParticipant: Held;
}

export interface MemoryReport extends Readonly<Record<SystemName, SystemMemory | null>> {
  readonly participants: number;
  readonly machine: Machine;
}

/** What a call and a participant take of the memory of each system, with the paths of each open and everybody subscribed to all. */
export async function measureMemory(options: {
  readonly participants: number;
  /** How long processes may take to settle after somebody came. */
  readonly settlingSeconds: number;
  readonly progress: (step: string) => void;
  readonly signal: AbortSignal;
}): Promise<MemoryReport> {
  const { participants, settlingSeconds, progress, signal } = options;
  const machine = await watchMachine();
  const seen: Record<SystemName, SystemMemory | null> = { ours: null, mediasoup: null, janus: null };
  for (const name of systemNames) {
    signal.throwIfAborted();
    progress(`Filling ${name}`);
    seen[name] = await memoryOf(name, participants, () => wait(settlingSeconds * 1_000, undefined, { signal }));
  }
  return { ...seen, participants, machine: await machine() };
}

async function memoryOf(
  name: SystemName,
  participants: number,
  settled: () => Promise<void>,
): Promise<SystemMemory | null> {
  await using stack = new AsyncDisposableStack();
  const system = await startSystem(name);
  if (system === undefined) return null;
  stack.use(system);
  const newcomer = async (number: number): Promise<Member> =>
    stack.use(await join(system.address, `127.64.0.${number}`));
  await settled();
  const idle = await held(system);
  const first = await newcomer(1);
  await settled();
  const one = await held(system);
  const others = [];
  for (let number = 2; number <= participants; number += 1) others.push(await newcomer(number));
  const members = [first, ...others];
  const sending = await Promise.all(members.map((member) => member.send('sound')));
  await Promise.all(
    members.map(async (member, index) => {
      const feeds = sending.filter((_, sender) => sender !== index).map(({ feed }) => feed);
      const { begin } = await member.receive('sound', feeds);
      await begin();
    }),
  );
  await settled();
  const all = await held(system);
  return {
    idle: kibibytes(idle, 1),
    oneInACall: kibibytes(less(one, idle), 1),
    perParticipant: kibibytes(less(all, one), participants),
  };
}

async function held(system: System): Promise<Held> {
  const [signalling, media] = [system.signallingPids(), await system.mediaPids()];
  const sum = async (pids: readonly number[]): Promise<number> =>
    (await Promise.all(pids.map(privateBytes))).reduce<number>((total, bytes) => total + (bytes ?? 0), 0);
  return { signalling: signalling.length === 0 ? null : await sum(signalling), media: await sum(media) };
}

function less(more: Held, before: Held): Held {
  return {
    signalling: more.signalling === null ? null : more.signalling - (before.signalling ?? 0),
    media: more.media - before.media,
  };
}

function kibibytes({ signalling, media }: Held, shares: number): Held {
  const of = (bytes: number): number => rounded(bytes / 1_024 / shares, 0);
  return { signalling: signalling === null ? null : of(signalling), media: of(media) };
}
