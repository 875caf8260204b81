import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ToolError } from '../browser.ts';
import { isProfileName, profiles, type ProfileName } from '../network/profiles.ts';
import { moves, outside, type State } from './moves.ts';

/** Most participants of one call, so that two cores carry their browser. */
export const mostParticipants = 8;
/** Longest call, in seconds. */
export const mostSeconds = 3_600;

const network = z.custom<ProfileName>((name) => typeof name === 'string' && isProfileName(name), {
  error: ({ input }) => `there is no network ${String(input)}. Choose one of ${Object.keys(profiles).join(', ')}`,
});

/** When, in seconds from the start of the measuring, and to whom: 1 is the first of `people`. */
const happening = { at: z.number().min(0).max(mostSeconds), who: z.int().min(1).max(mostParticipants) };

const schema = z.strictObject({
  /** How long to measure. */
  seconds: z.int().min(1).max(mostSeconds),
  /** Each participant's network, and when it joins first: without a time before the measuring begins. */
  people: z
    .array(z.strictObject({ network: network.optional(), joins: z.number().min(0).max(mostSeconds).optional() }))
    .min(2)
    .max(mostParticipants),
  events: z
    .array(
      z.discriminatedUnion('does', [
        z.strictObject({
          ...happening,
          does: z.enum(['join', 'leave', 'mute', 'unmute', 'camera-on', 'camera-off', 'share', 'unshare']),
        }),
        /** How large everybody is shown from then on, in CSS pixels of height. */
        z.strictObject({ ...happening, does: z.literal('tiles'), height: z.int().min(1).max(2_160) }),
        z.strictObject({ ...happening, does: z.literal('network'), network }),
      ]),
    )
    .default([]),
});

/** Who joins when, on which network, and what happens; events in the order of their times. */
export type Scenario = z.output<typeof schema>;
export type ScenarioEvent = Scenario['events'][number];

/** What happened, and from when until it was done, in seconds from the start of the measuring. */
export interface Performed {
  readonly event: ScenarioEvent;
  readonly from: number;
  readonly to: number;
}

/** A time in which a participant is in the call, sends a source, or is heard (`voice`: not muted), in seconds. */
export interface Span {
  readonly who: number;
  readonly what: 'call' | 'camera' | 'screen' | 'voice';
  readonly from: number;
  readonly to: number;
}

/** Everybody there from the beginning, nothing happens. */
export function plainScenario(networks: readonly (ProfileName | undefined)[], seconds: number): Scenario {
  return { seconds, people: networks.map((name) => ({ network: name })), events: [] };
}

/** Reads and checks a scenario file. Rejects with ToolError that says what to change in it. */
export async function loadScenario(file: string): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ToolError(`${file} cannot be read. Give the scenario as a JSON file, or as random:SEED.`, {
      cause: error,
    });
  }
  try {
    return readScenario(text);
  } catch (error) {
    if (error instanceof ToolError) throw new ToolError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Checks a scenario given as JSON. Throws ToolError. */
export function readScenario(text: string): Scenario {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ToolError(`this is not JSON: ${error instanceof Error ? error.message : ''}`, { cause: error });
  }
  const { success, data, error } = schema.safeParse(json);
  if (!success) throw new ToolError(error.issues.map(inWords).join('\n'));
  const scenario = { ...data, events: allEvents(data) };
  spansOf(scenario);
  return scenario;
}

/** When who is in the call and sends what. Throws ToolError where somebody does what cannot be done then. */
export function spansOf({ seconds, people, events }: Scenario): Span[] {
  const spans: Span[] = [];
  const states = people.map(({ joins }) => (joins === undefined ? moves.join.then() : outside));
  const began = people.map(() => new Map<Span['what'], number>());
  const follow = (who: number, state: State, at: number): void => {
    states[who - 1] = state;
    for (const [what, on] of Object.entries(sending(state)) as [Span['what'], boolean][]) {
      const from = began[who - 1]?.get(what);
      if (on && from === undefined) began[who - 1]?.set(what, at);
      if (on || from === undefined) continue;
      began[who - 1]?.delete(what);
      if (at > from) spans.push({ who, what, from, to: at });
    }
  };
  for (const [index, state] of states.entries()) follow(index + 1, state, 0);
  for (const { at, who, does } of events) {
    const state = states[who - 1];
    if (state === undefined)
      throw new ToolError(`at ${at} s: there is no participant ${who}, only 1 to ${people.length}`);
    if (at > seconds) throw new ToolError(`at ${at} s: the scenario ends at ${seconds} s; raise "seconds"`);
    const move = moves[does];
    if (!move.when(state)) throw new ToolError(`at ${at} s: participant ${who} ${move.unless}`);
    follow(who, move.then(state), at);
  }
  for (const index of people.keys()) follow(index + 1, outside, seconds);
  return spans;
}

/** The scenario as it was played: what ends something did so when it began, what begins something when it was done. */
export function asPlayed(scenario: Scenario, performed: readonly Performed[]): Scenario {
  const events = performed.map(({ event, from, to }) => ({
    ...event,
    at: Math.min(isEnd(event) ? from : to, scenario.seconds),
  }));
  return { ...scenario, events: events.toSorted((a, b) => a.at - b.at) };
}

function isEnd({ does }: ScenarioEvent): boolean {
  return does === 'leave' || does === 'mute' || does === 'camera-off' || does === 'unshare';
}

function sending({ inCall, camera, sharing, muted }: State): Record<Span['what'], boolean> {
  return { call: inCall, camera, screen: sharing, voice: inCall && !muted };
}

/** The first joins of those who come later are events like any other. */
function allEvents({ people, events }: Scenario): ScenarioEvent[] {
  const joins = people.flatMap(({ joins: at }, index): ScenarioEvent[] =>
    at === undefined ? [] : [{ at, who: index + 1, does: 'join' }],
  );
  return [...joins, ...events].toSorted((a, b) => a.at - b.at);
}

function inWords({ path, message }: z.core.$ZodIssue): string {
  return `${path.length === 0 ? 'the file' : path.join('.')}: ${message}`;
}
