import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { generatedCertificate } from '../../src/server/gateway/certificate.ts';
import { childrenOf, startRouterProcess, type RouterProcess } from '../support/router-process.ts';
import { testCall } from '../support/test-client.ts';
import { TestIssuer } from '../support/test-issuer.ts';
import type { Bytes } from '../../src/shared/support/bytes.ts';
import { listFiles, openForWriting } from './files.ts';
import { Search, searchProcess, type Hit } from './memory.ts';
import { addressBytes, kinds, Needles, type Kind, type Needle } from './needles.ts';
import { Examined, shortCall, strangers, type Entrance } from './people.ts';

/** How the call ends: all say so, all vanish (half of them without even a FIN), all leave after its media process was killed, or there is none. */
export const endings = ['leave', 'vanish', 'kill-media', 'refused'] as const;
export type Ending = (typeof endings)[number];

export interface Case {
  readonly ending: Ending;
  readonly participants: number;
  /** Off: the control. Everything is done as ever, but the router is told not to forget. */
  readonly forgetting: boolean;
  /** HTTPS, with a certificate that the router makes. */
  readonly encrypted: boolean;
  /** How many short calls come before the one that is examined; 0 for none. What is left of them is looked for, too. */
  readonly earlierCalls: number;
  /** Told what goes on. */
  readonly say: (step: string) => void;
}

export interface Findings {
  /** Of each kind: copies while the call ran, and `waitMs` after its end, in all processes of the router. */
  readonly byKind: Readonly<Record<Kind, { readonly during: number; readonly after: number }>>;
  readonly hitsDuring: number;
  readonly hitsAfter: number;
  /** Hits of another call that still ran when it was searched after the end: shows that the search was not blind. */
  readonly hitsRunning: number;
  /** Of somebody who had left that other call: in the router's process, and in the media process of the call, which still runs. */
  readonly hitsLeaver: { readonly router: number; readonly media: number };
  readonly processes: number;
  /** Private memory of the router's own process, in KB, when the first 20 earlier calls had been over for 5 s, and after all. */
  readonly privateKb: readonly [number, number] | undefined;
  /** Needles in what the router wrote and served as metrics. */
  readonly hitsWritten: number;
  /** Files that are new, changed or open for writing. */
  readonly files: readonly string[];
  /** Where the hits after the end were. */
  readonly left: readonly Hit[];
}

/** How long after the end nothing may be left, in ms. */
const waitMs = 5_000;
/** An end has to be noticed within this, in ms: silence, the seat that is held for a rejoin, and some. */
const noticeMs = 40_000;
const strangerCount = 7;
/** After so many calls the router's memory has the size that it is measured against. */
const warmUpCalls = 20;
/** Addresses that the earlier calls come from, in turn: few, since among many four bytes some stand in memory by chance. */
const earlierAddresses = 8;
/** Participants of the call that still runs while the ended one is looked for. */
const runningCount = 2;

/** Runs a call on a router of its own, ends it, and looks for what is left of it. */
export async function examine(examined: Case): Promise<Findings> {
  const scratch = await mkdtemp(join(tmpdir(), 'sotto-forget-'));
  try {
    await using issuer = await TestIssuer.create();
    await using router = await startRouterProcess({
      SOTTO_LOG_LEVEL: 'info',
      SOTTO_ADMIN_PORT: '0',
      SOTTO_SELF_CALL_SECONDS: '10',
      ...issuer.environment,
      TMPDIR: scratch,
      ...(examined.forgetting ? {} : { SOTTO_FORGETTING: 'off' }),
      ...(examined.encrypted ? await certificateIn(scratch) : {}),
    });
    return await examineRouter(router, tokensOf(issuer), scratch, examined);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function certificateIn(directory: string): Promise<Record<string, string>> {
  const { cert, key } = await generatedCertificate('127.0.0.1');
  const [SOTTO_TLS_CERTIFICATE, SOTTO_TLS_KEY] = [join(directory, 'certificate.pem'), join(directory, 'key.pem')];
  await Promise.all([writeFile(SOTTO_TLS_CERTIFICATE, cert), writeFile(SOTTO_TLS_KEY, key)]);
  return { SOTTO_TLS_CERTIFICATE, SOTTO_TLS_KEY };
}

/** The tokens of an issuer, one by one. */
function tokensOf(issuer: TestIssuer): () => Promise<Bytes> {
  const tokens: Bytes[] = [];
  return async () => {
    if (tokens.length === 0) tokens.push(...(await issuer.tokens(16)));
    return tokens.pop() ?? new Uint8Array();
  };
}

async function examineRouter(
  router: RouterProcess,
  token: Entrance['token'],
  scratch: string,
  { ending, participants, earlierCalls, say }: Case,
): Promise<Findings> {
  const [needles, running, gone] = [new Needles(), new Needles(), new Needles()];
  const directories = [scratch, router.stateDirectory];
  const filesBefore = listFiles(directories);
  const { address, routerKey } = router;
  const entrance = { address, routerKey, token };

  const privateKb = await earlier(router, entrance, earlierCalls, needles, say);
  const addresses = await unusedAddresses(router, participants + strangerCount + runningCount + 1);
  say('a second call that goes on');
  const going = testCall();
  for (const from of addresses.splice(0, runningCount)) await Examined.join(entrance, going, from, false, running);

  for (const from of addresses.splice(0, 1)) {
    const leaver = await Examined.join(entrance, going, from, false, gone);
    await leaver.speak(gone);
    await leaver.leave();
  }

  const call = testCall();
  needles.bytes('call id', call.id.bytes);
  say('strangers');
  const endStrangers = await strangers(entrance, call, addresses.splice(0, strangerCount), needles);
  say(`a call of ${participants}`);
  const people = ending === 'refused' ? [] : await holdCall(entrance, call, addresses, needles);

  say('search while it runs');
  const during = await search(router, needles.all);
  const metrics = await router.metrics();
  const filesOpen = processes(router).flatMap(openForWriting);

  say(`end: ${ending}`);
  endStrangers();
  await endCall(router, people, ending);
  await after(waitMs);
  say(`search ${waitMs / 1000} s after the end`);
  const ofLeaver = gone.without(running);
  const sought = [...needles.all, ...running.all, ...ofLeaver];
  const [inRouter, inMedia] = [await searchProcess(router.pid, sought), await searchMedia(router, sought)];
  const of = (hits: readonly Hit[], wanted: readonly Needle[]): Hit[] => {
    const set = new Set(wanted);
    return hits.filter(({ needle }) => set.has(needle));
  };
  const left = of([...inRouter, ...inMedia], needles.all);
  const found = of([...inRouter, ...inMedia], running.all).length;
  const hitsLeaver = { router: of(inRouter, ofLeaver).length, media: of(inMedia, ofLeaver).length };
  const filesAfter = listFiles(directories);
  return {
    byKind: byKind(during, left),
    hitsDuring: during.length,
    hitsAfter: left.length,
    hitsRunning: found,
    hitsLeaver,
    processes: processes(router).length,
    privateKb: privateKb === undefined ? undefined : [privateKb, privateMemoryKb(router.pid)],
    hitsWritten: countIn(Buffer.from([router.written, metrics, await router.metrics()].join('\n')), needles.all),
    files: [...filesOpen, ...filesAfter.filter((file) => !filesBefore.includes(file))],
    left,
  };
}

/** Short calls one after another. Resolves with the private memory after the first 20. */
async function earlier(
  router: RouterProcess,
  entrance: Entrance,
  count: number,
  needles: Needles,
  say: (step: string) => void,
): Promise<number | undefined> {
  let privateKb: number | undefined;
  const addresses = count === 0 ? [] : await unusedAddresses(router, earlierAddresses);
  for (let number = 1; number <= count; number += 1) {
    await shortCall(entrance, addresses.slice(0, 2), needles);
    addresses.push(...addresses.splice(0, 2));
    if (number % 20 === 0) say(`${number} short calls`);
    if (number !== warmUpCalls) continue;
    await after(waitMs);
    privateKb = privateMemoryKb(router.pid);
  }
  return privateKb;
}

/** Memory that a process shares with no other (proc_pid_smaps_rollup). */
function privateMemoryKb(pid: number): number {
  const sizes = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1').matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB/gm);
  return Array.from(sizes, ([, kb]) => Number(kb)).reduce((sum, kb) => sum + kb, 0);
}

async function holdCall(
  router: Entrance,
  call: ReturnType<typeof testCall>,
  addresses: readonly string[],
  needles: Needles,
): Promise<Examined[]> {
  const people: Examined[] = [];
  for (const [index, from] of addresses.entries()) {
    const person = await Examined.join(router, call, from, index % 4 === 3, needles);
    await person.speak(needles);
    people.push(person);
  }
  // Everybody hears the one before: each media path is proven in both directions.
  await Promise.all(people.map(async (person, index) => person.hear(people.at(index - 1) ?? person, needles)));
  return people;
}

/** Resolves when the call has ended, as the router's log says. */
async function endCall(router: RouterProcess, people: readonly Examined[], ending: Ending): Promise<void> {
  const ended = router.wrote(/"event":"call-ended"/, noticeMs);
  switch (ending) {
    case 'refused':
      return;
    case 'leave':
      for (const person of people) await person.leave();
      break;
    case 'vanish':
      for (const [index, { client, media }] of people.entries()) {
        if (index % 2 === 0) client.socket.webSocket.terminate();
        else client.socket.webSocket.pause(); // no answer to any ping, and the connection stays open
        await media[Symbol.asyncDispose]();
      }
      break;
    case 'kill-media': {
      const died = router.wrote(/"event":"media-process-died"/, noticeMs);
      await killMedia(router, people);
      await died;
      for (const person of people) await person.leave();
      break;
    }
  }
  await ended;
  for (const { client, media } of people) {
    client.socket.webSocket.terminate();
    await media[Symbol.asyncDispose]();
  }
}

/** The process that knows the participants' transports is the call's. */
async function killMedia(router: RouterProcess, people: readonly Examined[]): Promise<void> {
  const needles = new Needles();
  for (const { media } of people)
    for (const { router: known } of media.known) needles.text('media id', known.transportId);
  const counts: { readonly pid: number; readonly hits: number }[] = [];
  for (const pid of childrenOf(router.pid)) counts.push({ pid, hits: (await searchChild(pid, needles.all)).length });
  const [media] = counts.toSorted((a, b) => b.hits - a.hits);
  if (media === undefined || media.hits === 0) throw new Error('no process has the media of this call');
  process.kill(media.pid, 'SIGKILL');
}

function processes(router: RouterProcess): number[] {
  return [router.pid, ...childrenOf(router.pid)];
}

async function search(router: RouterProcess, needles: readonly Needle[]): Promise<Hit[]> {
  return [...(await searchProcess(router.pid, needles)), ...(await searchMedia(router, needles))];
}

async function searchMedia(router: RouterProcess, needles: readonly Needle[]): Promise<Hit[]> {
  const hits: Hit[] = [];
  for (const pid of childrenOf(router.pid)) hits.push(...(await searchChild(pid, needles)));
  return hits;
}

/** In a process of the router's. It may end at any moment (a self-call has some of its own), and then has no memory to be searched. */
async function searchChild(pid: number, needles: readonly Needle[]): Promise<Hit[]> {
  try {
    return await searchProcess(pid, needles);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return [];
    throw error;
  }
}

/** Loopback addresses whose four bytes stand nowhere in the router's memory by chance. */
async function unusedAddresses(router: RouterProcess, count: number): Promise<string[]> {
  const byte = (): number => 33 + Math.floor(Math.random() * 220);
  const candidates = Array.from({ length: count * 3 }, () => `127.${byte()}.${byte()}.${byte()}`);
  const needles = new Needles();
  for (const candidate of candidates) needles.address(candidate);
  const taken = new Set((await search(router, needles.all)).map(({ needle }) => needle.bytes.toString('hex')));
  const free = candidates.filter((candidate) =>
    addressBytes(candidate).every((bytes) => !taken.has(bytes.toString('hex'))),
  );
  if (free.length < count) throw new Error('too few addresses are free');
  return [...new Set(free)].slice(0, count);
}

function countIn(bytes: Buffer, needles: readonly Needle[]): number {
  let count = 0;
  new Search(needles).in(bytes, () => {
    count += 1;
  });
  return count;
}

function byKind(during: readonly Hit[], left: readonly Hit[]): Findings['byKind'] {
  const count = (hits: readonly Hit[], kind: Kind): number => hits.filter(({ needle }) => needle.kind === kind).length;
  const entries = kinds.map((kind) => [kind, { during: count(during, kind), after: count(left, kind) }] as const);
  return Object.fromEntries(entries) as Record<Kind, { during: number; after: number }>;
}
