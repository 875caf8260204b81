import { ToolError } from '../browser.ts';
import { readNetworks } from '../network/choice.ts';
import { profiles, type ProfileName } from '../network/profiles.ts';
import { randomScenario } from './random-scenario.ts';
import { loadScenario, plainScenario, type Scenario } from './scenario.ts';

/** What a tester wrote on the command line. */
interface Choice {
  readonly participants?: number;
  readonly seconds?: number;
  readonly network?: string;
  readonly scenario?: string;
}

const usual = { participants: 3, seconds: 15 };
const usualRandom = { participants: 6, seconds: 300 };
/** What follows the last change of a network is measured for so long, in seconds. */
const afterChanges = 15;
const random = 'random:';

/** The scenario that was asked for. Rejects with ToolError that says what to write instead. */
export async function chosenScenario(choice: Choice): Promise<Scenario> {
  const { scenario, participants, seconds, network } = choice;
  if (scenario === undefined) {
    const chosen = usual.participants;
    const lines = networksOf(network, participants ?? chosen);
    return plainScenario(lines, seconds ?? lastChange(lines) ?? usual.seconds);
  }
  if (scenario.startsWith(random)) {
    const { participants: number, seconds: length } = {
      ...usualRandom,
      ...(participants && { participants }),
      ...(seconds && { seconds }),
    };
    return onNetworks(randomScenario(scenario.slice(random.length), number, length), network);
  }
  if (participants !== undefined || seconds !== undefined)
    throw new ToolError(
      'The scenario file says how many take part and for how long: leave --participants and --seconds out.',
    );
  return onNetworks(await loadScenario(scenario), network);
}

function networksOf(network: string | undefined, participants: number): (ProfileName | undefined)[] {
  const chosen = network === undefined ? new Map<number, ProfileName>() : readNetworks(network, participants);
  return Array.from({ length: participants }, (_, index) => chosen.get(index + 1));
}

/** What the command line says of networks counts more than the scenario. */
function onNetworks(scenario: Scenario, network: string | undefined): Scenario {
  const lines = networksOf(network, scenario.people.length);
  const people = scenario.people.map((person, index) => ({ ...person, network: lines[index] ?? person.network }));
  return { ...scenario, people };
}

/** When everything that the networks have in store has happened once, and what comes of it, in seconds. */
function lastChange(lines: readonly (ProfileName | undefined)[]): number | undefined {
  const ends = lines.flatMap((name) =>
    name === undefined
      ? []
      : profiles[name].changes.map(({ fromMs, forMs }) => (fromMs + forMs) / 1_000 + afterChanges),
  );
  return ends.length === 0 ? undefined : Math.ceil(Math.max(...ends));
}
