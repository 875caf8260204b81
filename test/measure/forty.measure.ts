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
import { CrowdMember, rekeying } from '../support/crowd.ts';
import { processorMs } from '../support/processor-time.ts';
import { record } from '../support/recording.ts';

const [tabCount, memberCount, cameraCount] = [3, 37, 9];
const inAll = tabCount + memberCount;
/** Cameras that the SDK receives at most. */
const receivedCameras = 9;
/** Leaves and joins that are timed one by one, when everybody is there. */
const tries = 5;
const calmMs = 10_000;
const givenUpMs = 90_000;

function spread(values: readonly number[]): { p50: number; p95: number; most: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), most: at(1) };
}

const say = (line: string): void => void process.stdout.write(`  ${line}\n`);

await using stack = new AsyncDisposableStack();
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
const tabJoinMs: number[] = [];
for (const [index, tab] of tabs.entries())
  tabJoinMs.push(await tab.do('join', { link, routerUrl: router.address, number: index + 1, ...picture }));

// Everybody else at once, each from an address of its own.
let joined = 0;
const reach = (): Parameters<typeof CrowdMember.join>[0] => {
  joined += 1;
  const { address, routerKey } = router;
  return { address, routerKey, from: `127.40.${Math.floor(joined / 200)}.${1 + (joined % 200)}` };
};
const startMs = performance.now();
const arrivals = await Promise.all(
  Array.from({ length: memberCount }, async (_, index) => {
    const member = await CrowdMember.join(reach(), link, `member ${index + 1}`);
    return { member, handshakeMs: await member.holdsKeysOf(inAll - 1, startMs) };
  }),
);
const members = arrivals.map(({ member }) => member);
say(`everybody holds everybody's keys after ${Math.round(performance.now() - startMs)} ms`);
// Only now, since all of them share one processor that was busy with handshakes.
for (const [index, member] of members.entries()) {
  await member.send('microphone', recording);
  if (index < cameraCount) await member.send('camera', recording);
}
const sendingMs = performance.now();
stack.defer(async () => {
  await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
});

const decoding = (streams: readonly HarnessStream[]): { sounds: number; cameras: number } => ({
  sounds: streams.filter(({ source, totalAudioEnergy }) => source === 'microphone' && totalAudioEnergy > 0.001).length,
  cameras: streams.filter(({ source, framesDecoded }) => source === 'camera' && framesDecoded > 3).length,
});
const decodeMs = await Promise.all(
  tabs.map(async (tab) => {
    await tab.until(
      'statistics',
      [],
      (streams) => decoding(streams).sounds >= inAll - 1 && decoding(streams).cameras >= receivedCameras,
      givenUpMs,
    );
    return performance.now() - sendingMs;
  }),
);
say(
  `browsers decode all sounds and ${receivedCameras} cameras ${decodeMs.map(Math.round).join(', ')} ms after the last was opened`,
);

const mediaPid = childrenOf(router.pid).toSorted((a, b) => processorMs(b) - processorMs(a))[0] ?? 0;
const look = async () => ({
  ms: performance.now(),
  router: processorMs(router.pid),
  media: processorMs(mediaPid),
  messages: members.reduce((sum, { participant }) => sum + participant.client.socket.traffic.messages, 0),
  bytes: members.reduce((sum, { participant }) => sum + participant.client.socket.traffic.bytes, 0),
  streams: (await Promise.all(tabs.map((tab) => tab.do('statistics')))).flat(),
});
const before = await look();
await wait(calmMs);
const after = await look();
const forMs = after.ms - before.ms;
const total = (of: typeof before, counter: 'undecryptable' | 'framesDecoded' | 'heardSeconds'): number =>
  of.streams.reduce((sum, stream) => sum + stream[counter], 0);

const leaves: { held: readonly number[]; sealed: readonly number[] }[] = [];
const joins: { admittedMs: number; holds: number; held: number }[] = [];
for (let number = 0; number < tries; number += 1) {
  const leaver = members.pop();
  if (leaver === undefined) throw new Error('nobody is left');
  leaves.push(await rekeying(members, () => leaver.leave()));
  say(`rekeyed ${Math.max(...(leaves.at(-1)?.held ?? []))}`);
  const fromMs = performance.now();
  const member = await CrowdMember.join(reach(), link, `late ${number + 1}`);
  const timer = setInterval(
    () =>
      say(
        `late has ${member.participant.people.filter((p) => p.keyHeld).length} of ${member.participant.people.length}; others ${members.map((m) => m.participant.people.filter((p) => p.keyHeld).length)}`,
      ),
    3000,
  );
  const holds = await member.holdsKeysOf(inAll - 1, fromMs);
  say(`late holds ${holds}`);
  await Promise.all(members.map((other) => other.holdsKeysOf(inAll - 1, fromMs)));
  clearInterval(timer);
  joins.push({ admittedMs: member.admittedMs, holds, held: performance.now() - fromMs });
  members.push(member);
  await member.send('microphone', recording);
}

const report = {
  participants: inAll,
  browsers: tabCount,
  storm: {
    admittedMs: spread(members.map(({ admittedMs }) => admittedMs)),
    handshakeMs: spread(arrivals.map(({ handshakeMs }) => handshakeMs)),
    browsersDecodeAllMs: spread(decodeMs),
  },
  oneJoins: {
    admittedMs: spread(joins.map(({ admittedMs }) => admittedMs)),
    holdsAllKeysMs: spread(joins.map(({ holds }) => holds)),
    allHoldItsKeyMs: spread(joins.map(({ held }) => held)),
  },
  oneLeaves: {
    newKeysHeldMs: spread(leaves.flatMap(({ held }) => held)),
    lastReceiverMs: spread(leaves.map(({ held }) => Math.max(...held))),
    lastSenderSealsMs: spread(leaves.map(({ sealed }) => Math.max(...sealed))),
  },
  calm: {
    seconds: Math.round(forMs / 1_000),
    routerCores: Number(((after.router - before.router) / forMs).toFixed(3)),
    mediaCores: Number(((after.media - before.media) / forMs).toFixed(3)),
    messagesPerMemberAndSecond: Number(
      (((after.messages - before.messages) / members.length / forMs) * 1_000).toFixed(1),
    ),
    bytesPerMemberAndSecond: Math.round(((after.bytes - before.bytes) / members.length / forMs) * 1_000),
    undecryptable: total(after, 'undecryptable') - total(before, 'undecryptable'),
    picturesPerCamera: Number(
      (
        ((total(after, 'framesDecoded') - total(before, 'framesDecoded')) / tabCount / receivedCameras / forMs) *
        1_000
      ).toFixed(1),
    ),
    heardShare: Number(
      (
        ((total(after, 'heardSeconds') - total(before, 'heardSeconds')) / tabCount / (inAll - 1) / forMs) *
        1_000
      ).toFixed(3),
    ),
  },
};
const table = new Table({ head: ['in ms', 'p50', 'p95', 'most'], style: { head: [], border: [], compact: true } });
for (const part of ['storm', 'oneJoins', 'oneLeaves'] as const)
  for (const [what, { p50, p95, most }] of Object.entries(report[part]))
    table.push([`${part}: ${what}`, p50, p95, most]);
process.stdout.write(`${table.toString()}\n${JSON.stringify(report)}\n`);
