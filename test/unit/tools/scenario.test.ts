import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chosenScenario } from '../../../src/tools/call/scenario/choice.ts';
import { randomScenario } from '../../../src/tools/call/scenario/random-scenario.ts';
import { readScenario, spansOf } from '../../../src/tools/call/scenario/scenario.ts';

const people = [{ network: 'lossy-5' }, {}, { joins: 10 }];
const read = (scenario: object) => readScenario(JSON.stringify({ seconds: 30, people, ...scenario }));

test('a scenario tells when who is in the call and sends what', () => {
  const scenario = read({
    events: [
      { at: 20, who: 1, does: 'leave' },
      { at: 5, who: 2, does: 'mute' },
      { at: 12, who: 3, does: 'share' },
      { at: 8, who: 2, does: 'unmute' },
      { at: 15, who: 3, does: 'network', network: '300k' },
    ],
  });
  const spans = spansOf(scenario).map(({ who, what, from, to }) => `${who} ${what} ${from}-${to}`);
  expect(spans.toSorted()).toEqual([
    '1 call 0-20',
    '1 camera 0-20',
    '1 voice 0-20',
    '2 call 0-30',
    '2 camera 0-30',
    '2 voice 0-5',
    '2 voice 8-30',
    '3 call 10-30',
    '3 camera 10-30',
    '3 screen 12-30',
    '3 voice 10-30',
  ]);
});

describe('a scenario that cannot be played says why, and what to change', () => {
  test.each([
    ['{', /this is not JSON/],
    ['[]', /the file: .*object/],
    [{ people: [{}] }, /people: .*2/],
    [{ people: [{ network: 'wify' }, {}] }, /people\.0\.network: there is no network wify\. Choose one of good, /],
    [{ speed: 1 }, /speed/],
    [{ events: [{ at: 1, who: 1, does: 'dance' }] }, /events\.0\.does/],
    [{ events: [{ at: 1, who: 4, does: 'mute' }] }, /at 1 s: there is no participant 4, only 1 to 3/],
    [{ events: [{ at: 31, who: 1, does: 'mute' }] }, /at 31 s: the scenario ends at 30 s; raise "seconds"/],
    [
      { events: [{ at: 1, who: 1, does: 'join' }] },
      /at 1 s: participant 1 is in the call already: let it leave before/,
    ],
    [{ events: [{ at: 1, who: 3, does: 'mute' }] }, /at 1 s: participant 3 is muted or not in the call/],
    [{ events: [{ at: 1, who: 1, does: 'tiles' }] }, /events\.0\.height/],
  ])('%j', (scenario, words) => {
    expect(() => (typeof scenario === 'string' ? readScenario(scenario) : read(scenario))).toThrow(words);
  });
});

describe('a random scenario', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(randomScenario('1', 6, 300)).toEqual(randomScenario('1', 6, 300));
    expect(randomScenario('1', 6, 300)).not.toEqual(randomScenario('2', 6, 300));
  });

  test('can be played, has everything in it, and always leaves two in the call', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      const scenario = randomScenario(String(seed), 6, 300);
      const calls = spansOf(scenario).filter(({ what }) => what === 'call');
      for (const { at } of scenario.events)
        expect(calls.filter(({ from, to }) => from <= at && at <= to).length).toBeGreaterThanOrEqual(2);
      for (const { does } of scenario.events) seen.add(does);
    }
    expect(seen.size).toBe(9);
  });
});

describe('what was asked for on the command line', () => {
  test('is three people for 15 s, or what is said', async () => {
    expect(await chosenScenario({})).toMatchObject({ seconds: 15, people: [{}, {}, {}], events: [] });
    const { seconds, people: two } = await chosenScenario({ participants: 2, seconds: 4, network: '2=wifi' });
    expect({ seconds, two }).toEqual({ seconds: 4, two: [{ network: undefined }, { network: 'wifi' }] });
  });

  test('lasts long enough for what the network has in store', async () => {
    expect(await chosenScenario({ network: 'cut-5s' })).toMatchObject({ seconds: 25 });
  });

  test('can be random', async () => {
    expect(await chosenScenario({ scenario: 'random:7' })).toEqual(randomScenario('7', 6, 300));
    const short = await chosenScenario({ scenario: 'random:7', participants: 3, seconds: 60, network: 'wifi' });
    expect(short).toMatchObject({
      seconds: 60,
      people: [{ network: 'wifi' }, { network: 'wifi' }, { network: 'wifi' }],
    });
  });

  test('can be a file, which says everything itself', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sotto-scenario-'));
    const file = join(directory, 'scenario.json');
    await writeFile(file, JSON.stringify({ seconds: 30, people }));
    expect(await chosenScenario({ scenario: file })).toMatchObject({
      seconds: 30,
      people: [{ network: 'lossy-5' }, {}, {}],
    });
    await expect(chosenScenario({ scenario: file, seconds: 3 })).rejects.toThrow(
      'leave --participants and --seconds out',
    );
    await writeFile(file, '{}');
    await expect(chosenScenario({ scenario: file })).rejects.toThrow(`${file}: seconds: `);
    await rm(directory, { recursive: true });
    await expect(chosenScenario({ scenario: file })).rejects.toThrow(
      'cannot be read. Give the scenario as a JSON file',
    );
  });
});
