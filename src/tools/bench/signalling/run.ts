import { setTimeout as wait } from 'node:timers/promises';
import { CallSigner } from '../../../client/encryption/call-key/call-signature.ts';
import { decodeInvitation, type Invitation } from '../../../client/encryption/call-key/invitation.ts';
import { OwnRouter } from '../../call/own-router.ts';
import { RouterClient } from '../../peers/router-client.ts';
import { takeSeat } from '../../peers/take-seat.ts';
import { Crowd } from '../crowd/crowd.ts';
import { watchMachine, type Machine } from '../machine.ts';
import { sinceStamp, stamp } from '../peer/stamp.ts';
import { processorNs } from '../processor-time.ts';
import { percentile, rounded, spreadOf, type Spread } from '../statistics.ts';

/** How many idle sockets are opened at once: fewer than the router's limit on handshakes in a second (PROTOCOL 4 step 6). */
const atOnce = 100;
/** Until the next are, in ms. */
const betweenMs = 300;
/** Length of what is relayed, in bytes: a message with a key in it. */
const relayBytes = 200;
/** How long the router may take to come to rest after so many came, in ms. */
const settlingMs = 3_000;
/** Until what was relayed last has come, in ms: notices wait for each other for 50. */
const drainMs = 300;

export interface SignallingReport {
  readonly idleSockets: number;
  readonly participants: number;
  /** What everybody together sent in a second, each to all others, and what came. */
  readonly sentPerSecond: number;
  readonly deliveredPerSecond: number;
  /** Share of what was sent that came to each of the others. */
  readonly delivered: number;
  /** Of one core, with the idle sockets alone. */
  readonly idleCore: number;
  /** Processor time of the router's Node for each message that came, without what the idle sockets take, in ns. */
  readonly nsPerMessage: Spread;
  /** How many messages a second one core delivers, by the median. */
  readonly perSecondOnOneCore: number;
  /** From sending to having come, in ms. */
  readonly delayMs: { readonly p50: number; readonly p95: number };
  readonly machine: Machine;
}

/** Has the participants of one call send messages to each other through the router, while many others are connected and idle. */
export async function measureSignalling(options: {
  readonly idle: number;
  readonly participants: number;
  /** Messages to all that each participant sends in a second. */
  readonly rate: number;
  readonly windows: number;
  readonly seconds: number;
  readonly progress: (step: string) => void;
  readonly signal: AbortSignal;
}): Promise<SignallingReport> {
  const { idle, participants, rate, windows, seconds, progress, signal } = options;
  const machine = await watchMachine();
  await using stack = new AsyncDisposableStack();
  const router = stack.use(await OwnRouter.start({ participantLimit: 200 }));
  const crowd = await Crowd.at(router.url, '127.66');
  const invitation = decodeInvitation(new URL(crowd.link).hash);
  if (typeof invitation === 'string') throw new Error(invitation);
  progress(`Opening ${idle} idle sockets`);
  for (let number = 0; number < idle; number += atOnce) {
    signal.throwIfAborted();
    const batch = Array.from({ length: Math.min(atOnce, idle - number) }, (_, index) =>
      look(router.url, invitation, addressOf('127.66', number + index)),
    );
    for (const client of await Promise.all(batch)) stack.use(client);
    await wait(betweenMs);
  }
  const clients: RouterClient[] = [];
  for (let number = 0; number < participants; number += 1) {
    const reach = { address: router.url, routerKey: invitation.routerKey, from: addressOf('127.67', number) };
    clients.push(stack.use((await takeSeat(reach, invitation.callKey)).client));
  }
  const heard = { messages: 0, delaysMs: [] as number[] };
  for (const client of clients) listen(client, heard).catch(() => undefined); // ends with the socket
  await wait(settlingMs, undefined, { signal });
  const cpu = (): Promise<number> => processorNs([router.pid]);
  const idleCost = async (): Promise<number> => {
    const before = await cpu();
    await wait(seconds * 1_000, undefined, { signal });
    return (await cpu()) - before;
  };
  const costs: { idleNs: number; nsPerMessage: number; came: number; due: number }[] = [];
  for (let number = 0; number < windows; number += 1) {
    progress(`Window ${number + 1} of ${windows}`);
    const idleNs = await idleCost();
    const [before, came] = [await cpu(), heard.messages];
    const sent = await send(clients, rate, seconds, signal);
    const delivered = heard.messages - came;
    costs.push({
      idleNs,
      nsPerMessage: ((await cpu()) - before - idleNs) / delivered,
      came: delivered,
      due: sent * (participants - 1),
    });
  }
  const sum = (of: (cost: (typeof costs)[number]) => number): number =>
    costs.reduce((total, cost) => total + of(cost), 0);
  const { min, median, max } = spreadOf(costs.map(({ nsPerMessage }) => nsPerMessage));
  return {
    idleSockets: idle,
    participants,
    sentPerSecond: rounded(sum(({ due }) => due) / (participants - 1) / windows / seconds, 0),
    deliveredPerSecond: rounded(sum(({ came }) => came) / windows / seconds, 0),
    delivered: rounded(sum(({ came }) => came) / sum(({ due }) => due), 4),
    idleCore: rounded(sum(({ idleNs }) => idleNs) / windows / seconds / 1e9, 4),
    nsPerMessage: { min: rounded(min, 0), median: rounded(median, 0), max: rounded(max, 0) },
    perSecondOnOneCore: rounded(1e9 / median, 0),
    delayMs: {
      p50: rounded(percentile(heard.delaysMs, 0.5), 1),
      p95: rounded(percentile(heard.delaysMs, 0.95), 1),
    },
    machine: await machine(),
  };
}

/** Somebody who looks at the call and stays before it. */
async function look(address: string, { callKey, routerKey }: Invitation, from: string): Promise<RouterClient> {
  const client = await RouterClient.connect({ address, routerKey, from });
  const { own, peer } = client.channel.cookies;
  await client.request('call.peek', await (await CallSigner.of(callKey)).signJoin(routerKey, own, peer));
  return client;
}

async function listen(client: RouterClient, heard: { messages: number; delaysMs: number[] }): Promise<void> {
  for (;;) {
    const { list } = await client.notice('relay.received');
    heard.messages += list.length;
    for (const { bytes } of list) heard.delaysMs.push(sinceStamp(Buffer.from(bytes)));
  }
}

/** Everybody sends to all, evenly. Resolves with how many were sent when the last has come. */
async function send(
  clients: readonly RouterClient[],
  rate: number,
  seconds: number,
  signal: AbortSignal,
): Promise<number> {
  const answers: Promise<unknown>[] = [];
  const startMs = performance.now();
  for (let turn = 0; turn < rate * seconds; turn += 1) {
    await wait(Math.max(0, startMs + (turn * 1_000) / rate - performance.now()), undefined, { signal });
    for (const client of clients) {
      const toAll = Buffer.alloc(relayBytes);
      stamp(toAll);
      answers.push(client.request('relay.send', { toAll: new Uint8Array(toAll) }));
    }
  }
  await Promise.all(answers);
  await wait(drainMs);
  return answers.length;
}

function addressOf(net: string, number: number): string {
  return `${net}.${Math.floor(number / 200)}.${1 + (number % 200)}`;
}
