import { expect, test } from 'vitest';
import { nearestColour } from '../../src/tools/call/harness-api.ts';
import { OwnRouter } from '../../src/tools/call/own-router.ts';
import { runCall } from '../../src/tools/call/run-call.ts';
import { plainScenario } from '../../src/tools/call/scenario/scenario.ts';
import { addressForFirefox, openStage, picture, seesAndHears } from '../support/browser-call.ts';

test('three participants see and hear each other, and the tool says so', async () => {
  const steps: string[] = [];
  const { report, missing } = await runCall({
    scenario: plainScenario([undefined, undefined, undefined], 5),
    seed: '1',
    progress: (step) => steps.push(step),
    signal: new AbortController().signal,
  });
  expect(missing).toEqual([]);
  expect(report).toMatchObject({ ok: true, participants: 3, seconds: 5 });
  expect(report.joinMs).toHaveLength(3);
  const cameras = report.streams.filter(({ source }) => source === 'camera');
  const microphones = report.streams.filter(({ source }) => source === 'microphone');
  expect(cameras.map(({ from, to }) => `${from}→${to}`)).toEqual(['2→1', '3→1', '1→2', '3→2', '1→3', '2→3']);
  for (const camera of cameras) {
    expect(camera.framesDecoded).toBeGreaterThan(30);
    expect(camera.frameHeight).toBeGreaterThanOrEqual(180);
  }
  expect(microphones).toHaveLength(6);
  for (const { totalAudioEnergy } of microphones) expect(totalAudioEnergy).toBeGreaterThan(0.01);
  for (const { lastUndecryptableMs = 0 } of report.streams) expect(lastUndecryptableMs).toBeLessThan(2_000);
  expect(steps.at(-1)).toBe('Leaving');
});

test('each picture is that of the participant it is shown for, also after its camera was off', async () => {
  await using call = await openStage();
  const browser = await call.browser();
  const tabs = await Promise.all([1, 2, 3].map(() => call.open(browser)));
  const [first, , third] = tabs;
  if (first === undefined || third === undefined) throw new Error('no tabs');
  const link = await call.link(first);
  for (const [index, tab] of tabs.entries())
    await tab.do('join', { link, routerUrl: call.routerUrl, number: index + 1, ...picture });
  for (const [index, tab] of tabs.entries())
    for (const other of [1, 2, 3].filter((number) => number !== index + 1))
      expect(nearestColour(await seesAndHears(tab, String(other)), 3)).toBe(other);

  const codes = await Promise.all(tabs.map((tab) => tab.until('code', [], (code) => code !== undefined)));
  expect(new Set(codes).size).toBe(1);

  await third.do('setCamera', false);
  const camera = (state: string) => (people: readonly { name: string | undefined; camera: string }[]) =>
    people.some((person) => person.name === '3' && person.camera === state);
  await first.until('people', [], camera('off'));
  await third.do('setCamera', true);
  await first.until('people', [], camera('on'));
  expect(nearestColour(await seesAndHears(first, '3'), 3)).toBe(3);

  await third.do('leave');
  await first.until('people', [], (people) => people.length === 1);
  expect(tabs.flatMap(({ complaints }) => complaints)).toEqual([]);
});

test('who has a wrong call key decodes nothing of anyone, and is named nowhere', async () => {
  await using call = await openStage();
  const browser = await call.browser();
  const tabs = await Promise.all([1, 2, 3].map(() => call.open(browser)));
  const [first, second, stranger] = tabs;
  if (first === undefined || second === undefined || stranger === undefined) throw new Error('no tabs');
  const link = await call.link(first);
  const join = { link, routerUrl: call.routerUrl, ...picture };
  await first.do('join', { ...join, number: 1 });
  await stranger.do('join', { ...join, number: 3, wrongCallKey: true });
  await second.do('join', { ...join, number: 2 });
  await seesAndHears(first, '2');
  await seesAndHears(second, '1');

  // The router knows three participants; what the stranger sends and gets stays closed to both sides.
  for (const tab of tabs) await tab.until('people', [], (people) => people.length === 2);
  const received = await stranger.do('statistics');
  for (const stream of received) expect(stream).toMatchObject({ framesDecoded: 0, totalAudioEnergy: 0 });
  for (const person of await stranger.do('people')) {
    expect(person).toMatchObject({ camera: 'off', microphone: 'off' });
    expect(person.name).toBeUndefined();
  }
  for (const tab of [first, second]) {
    const people = await tab.do('people');
    expect(people.map(({ name }) => name)).not.toContain('3');
    expect(people.filter(({ standing }) => standing === 'authenticated')).toHaveLength(1);
    for (const stream of await tab.do('statistics'))
      if (stream.name === undefined) expect(stream).toMatchObject({ framesDecoded: 0, totalAudioEnergy: 0 });
  }
});

test('Chromium and Firefox see and hear each other', async () => {
  await using call = await openStage(addressForFirefox());
  const chromium = await call.open(await call.browser());
  const firefox = await call.open(await call.browser({ engine: 'firefox', path: '/usr/bin/firefox-esr' }));
  const link = await call.link(chromium);
  const join = { link, routerUrl: call.routerUrl, ...picture };
  await chromium.do('join', { ...join, number: 1 });
  await firefox.do('join', { ...join, number: 2, deviceMicrophone: true });
  expect(nearestColour(await seesAndHears(chromium, '2'), 2)).toBe(2);
  expect(nearestColour(await seesAndHears(firefox, '1'), 2)).toBe(1);
});

test('a call that was given several routers goes on at the second when the first one stops', async () => {
  await using first = await OwnRouter.start({ drainSeconds: 1 });
  await using second = await OwnRouter.start();
  const { report, courses } = await runCall({
    scenario: plainScenario([undefined, undefined], 6),
    seed: '1',
    routers: [first.url, second.url],
    progress: (step) => {
      if (step.startsWith('Measuring')) process.kill(first.pid, 'SIGTERM');
    },
    signal: new AbortController().signal,
  });
  expect(report.verdicts.flatMap(({ faults }) => faults)).toEqual([]);
  expect(courses.filter(({ source }) => source === 'camera')).toHaveLength(2);
  for (const { points } of courses)
    expect(points.filter(({ atMs, frames, energy }) => atMs > 4_000 && frames + energy > 0).length).toBeGreaterThan(1);
});

test('a call that a router does not answer fails in words, and leaves nothing running', async () => {
  const failed = runCall({
    scenario: plainScenario([undefined, undefined], 1),
    seed: '1',
    routers: ['http://127.0.0.1:9'],
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  await expect(failed).rejects.toThrow('No router answers at http://127.0.0.1:9.');
});
