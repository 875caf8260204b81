import { SeededRandom } from '../network/random.ts';
import { moves, outside, type Move, type State } from './moves.ts';
import type { Scenario, ScenarioEvent } from './scenario.ts';

/** Between two events, in seconds: long enough for most of them to have come through. */
const between = { least: 1.5, more: 5 };
/** How many stay in the call at least, so that there is always somebody to see. */
const leastInCall = 2;
/** Heights that tiles take, in CSS pixels: one for each size that is sent. */
const tileHeights = [90, 180, 360, 720] as const;

type Chosen = Exclude<Move, 'network'>;

const choices: readonly Chosen[] = [
  'join',
  'leave',
  'mute',
  'unmute',
  'camera-off',
  'camera-on',
  'share',
  'unshare',
  'tiles',
];

/** A call in which something happens all the time; the same seed gives the same one. */
export function randomScenario(seed: string, participants: number, seconds: number): Scenario {
  const random = new SeededRandom(`scenario ${seed}`);
  const people = Array.from({ length: participants }, () => ({}));
  const states: State[] = people.map(() => moves.join.then());
  const events: ScenarioEvent[] = [];
  for (let at = between.least; at < seconds - between.least; at += between.least + random.next() * between.more) {
    const who = 1 + Math.floor(random.next() * participants);
    const state = states[who - 1] ?? outside;
    const mayLeave = states.filter(({ inCall }) => inCall).length > leastInCall;
    const does = random.choose(choices.filter((move) => moves[move].when(state) && (move !== 'leave' || mayLeave)));
    if (does === undefined) continue;
    states[who - 1] = moves[does].then(state);
    events.push(event(Math.round(at * 10) / 10, who, does, random));
  }
  return { seconds, people, events };
}

function event(at: number, who: number, does: Chosen, random: SeededRandom): ScenarioEvent {
  if (does === 'tiles') return { at, who, does, height: random.choose(tileHeights) ?? tileHeights[0] };
  return { at, who, does };
}
