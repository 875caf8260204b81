// A call of 40 on one router: 3 browsers, and 37 participants without one that do all that a client does but receive media.
// They run the end-to-end protocol, and send recorded frames, sealed by the encryption worker's code, over ICE, DTLS and SRTP.
import { setTimeout as wait } from 'node:timers/promises';
import Table from 'cli-table3';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import type { HarnessStream } from '../../src/tools/call/harness-api.ts';
import { TestBrowser } from '../../src/tools/call/browser.ts';
import { buildHarness, HarnessServer } from '../../src/tools/call/harness-page.ts';
import { ParticipantTab } from '../../src/tools/call/tab.ts';
import { childrenOf, startRouterProcess } from '../support/router-process.ts';
import { CrowdMember } from '../../src/tools/peers/crowd-member.ts';
import { rekeying, type Rekeyed } from '../support/crowd.ts';
import { processorMs } from '../support/processor-time.ts';
import { record } from '../support/recording.ts';

const [tabCount, memberCount, cameraCount] = [3, 37, 9];
const inAll = tabCount + memberCount;
/** Cameras that the SDK receives at most. */
const receivedCameras = 9;
/** Leaves and joins that are timed one by one, when everybody is there. */
const tries = 5;
const calmMs = 10_000;
/** Most that all of it may take, in ms: everybody has to go, whatever does not come. */
const givenUpMs = 150_000;

function spread(values: readonly number[]): { p50: number; p95: number; most: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), most: at(1) };
}

const say = (line: string): void => {
  process.stdout.write(`  ${line}\n`);
};

await using stack = new AsyncDisposableStack();
const late = Promise.withResolvers<never>();
setTimeout(() => {
  late.reject(new Error('It took too long.'));
}, givenUpMs).unref();
late.promise.catch(() => undefined); // between two of those who wait for it
/** What `promise` gives, in time. */
const inTime = <T>(promise: Promise<T>): Promise<T> => Promise.race([promise, late.promise]);

await buildHarness();
const harness = stack.use(await HarnessServer.start());
const router = stack.use(await startRouterProcess());
const { browser } = stack.use(await TestBrowser.launch());
const tabs: ParticipantTab[] = [];
for (let number = 1; number <= tabCount; number += 1) tabs.push(await ParticipantTab.open(browser, harness.url));
const [first] = tabs;
if (first === undefined) throw new Error('no tab');
const recording = await record(first.page);
const link = await first.do('newLink', { routerUrl: router.address, routerKey: toBase64Url(router.routerKey) });
const picture = { height: 90, framesPerSecond: 10 };
for (const [index, tab] of tabs.entries())
  await tab.do('join', { link, routerUrl: router.address, number: index + 1, ...picture });

let joined = 0;
/** Somebody new, from an address of their own. */
const join = async (): Promise<CrowdMember> => {
  joined += 1;
  const { address, routerKey } = router;
  const reach = { address, routerKey, from: `127.40.0.${joined}` };
  return stack.use(await CrowdMember.join(reach, link, `member ${joined}`));
};

// Everybody else at once.
const startMs = performance.now();
const arrivals = await inTime(
  Promise.all(
    Array.from({ length: memberCount }, async () => {
      const member = await join();
      return { member, handshakeMs: await member.holdsKeysOf(inAll - 1, startMs) };
    }),
  ),
);
const members = arrivals.map(({ member }) => member);
say(`everybody holds everybody's keys ${Math.round(performance.now() - startMs)} ms after ${memberCount} came at once`);

// Only now, since all of them share one processor that was busy with handshakes.
for (const [index, member] of members.entries()) {
  await member.send('microphone', recording);
  if (index < cameraCount) await member.send('camera', recording);
}
const sendingMs = performance.now();
const decodesAll = (streams: readonly HarnessStream[]): boolean => {
  const sounds = streams.filter(
    ({ source, totalAudioEnergy }) => source === 'microphone' && totalAudioEnergy > 0.001,
  ).length;
  const cameras = streams.filter(({ source, framesDecoded }) => source === 'camera' && framesDecoded > 3).length;
  return sounds >= inAll - 1 && cameras >= receivedCameras;
};
const decodeMs = await Promise.all(
  tabs.map(async (tab) => {
    await tab.until('statistics', [], decodesAll, givenUpMs / 2);
    return performance.now() - sendingMs;
  }),
);
say(`${tabCount} browsers decode ${inAll - 1} sounds and ${receivedCameras} cameras each`);

const mediaPid = childrenOf(router.pid).toSorted((a, b) => processorMs(b) - processorMs(a))[0] ?? 0;
const look = async () => {
  const traffic = members.map(({ participant }) => participant.client.socket.traffic);
  return {
    ms: performance.now(),
    router: processorMs(router.pid),
    media: processorMs(mediaPid),
    crowd: processorMs(process.pid),
    messages: traffic.reduce((sum, { messages }) => sum + messages, 0),
    bytes: traffic.reduce((sum, { bytes }) => sum + bytes, 0),
    streams: (await Promise.all(tabs.map((tab) => tab.do('statistics')))).flat(),
  };
};
const before = await look();
await wait(calmMs);
const after = await look();
const forMs = after.ms - before.ms;
const rate = (of: (at: typeof before) => number): number => ((of(after) - of(before)) / forMs) * 1_000;
const total =
  (counter: 'undecryptable' | 'framesDecoded' | 'heardSeconds') =>
  ({ streams }: typeof before): number =>
    streams.reduce((sum, stream) => sum + stream[counter], 0);

const leaves: Rekeyed[] = [];
const joins: { admittedMs: number; holdsMs: number; heldMs: number }[] = [];
for (let number = 0; number < tries; number += 1) {
  const leaver = members.pop();
  if (leaver === undefined) throw new Error('nobody is left');
  leaves.push(await inTime(rekeying(members, () => leaver.leave())));
  const fromMs = performance.now();
  const member = await join();
  const holdsMs = await inTime(member.holdsKeysOf(inAll - 1, fromMs));
  await inTime(Promise.all(members.map((other) => other.holdsKeysOf(inAll - 1, fromMs))));
  joins.push({ admittedMs: member.admittedMs, holdsMs, heldMs: performance.now() - fromMs });
  members.push(member);
  await member.send('microphone', recording);
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const report = {
  participants: inAll,
  browsers: tabCount,
  atOnce: {
    admittedMs: spread(arrivals.map(({ member }) => member.admittedMs)),
    holdsAllKeysMs: spread(arrivals.map(({ handshakeMs }) => handshakeMs)),
    browserDecodesAllMs: spread(decodeMs),
  },
  oneJoins: {
    admittedMs: spread(joins.map(({ admittedMs }) => admittedMs)),
    holdsAllKeysMs: spread(joins.map(({ holdsMs }) => holdsMs)),
    allHoldItsKeyMs: spread(joins.map(({ heldMs }) => heldMs)),
  },
  oneLeaves: {
    holdsNewKeysMs: spread(leaves.flatMap(({ held }) => held)),
    lastHoldsNewKeysMs: spread(leaves.map(({ held }) => Math.max(...held))),
    lastSealsUnderNewKeyMs: spread(leaves.map(({ sealed }) => Math.max(...sealed))),
  },
  /** Processor time in cores (`crowd`: of all that are no browsers, in one process); messages and bytes of one member, both ways; what one browser decodes. */
  calm: {
    seconds: round(forMs / 1_000, 0),
    routerCores: round(rate(({ router: ms }) => ms) / 1_000, 3),
    mediaCores: round(rate(({ media: ms }) => ms) / 1_000, 3),
    crowdCores: round(rate(({ crowd: ms }) => ms) / 1_000, 3),
    messagesPerSecond: round(rate(({ messages }) => messages) / members.length, 1),
    bytesPerSecond: round(rate(({ bytes }) => bytes) / members.length, 0),
    picturesPerSecondOfOneCamera: round(rate(total('framesDecoded')) / tabCount / receivedCameras, 1),
    shareOfSoundThatWasReal: round(rate(total('heardSeconds')) / tabCount / (inAll - 1), 3),
    undecryptable: total('undecryptable')(after) - total('undecryptable')(before),
  },
};
const table = new Table({ head: ['ms', 'p50', 'p95', 'most'], style: { head: [], border: [], compact: true } });
for (const part of ['atOnce', 'oneJoins', 'oneLeaves'] as const)
  for (const [what, { p50, p95, most }] of Object.entries(report[part]))
    table.push([`${part}: ${what}`, p50, p95, most]);
process.stdout.write(`${table.toString()}\n${JSON.stringify(report)}\n`);
