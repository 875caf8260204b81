import { ToolError } from '../browser.ts';
import { isProfileName, profiles, type ProfileName } from './profiles.ts';

/**
 * Who is on which network, from what the tester wrote: `lossy-5` for everybody, `2=300k,3=train` for some, both for everybody
 * but some. Throws ToolError that says what to write instead.
 */
export function readNetworks(text: string, participants: number): ReadonlyMap<number, ProfileName> {
  const chosen = new Map<number, ProfileName>();
  const everybody = Array.from({ length: participants }, (_, index) => index + 1);
  const parts = text.split(',').map((part) => part.trim().split('='));
  for (const [name = '', ...rest] of parts.filter((part) => part.length === 1))
    for (const number of everybody) chosen.set(number, network(name, rest));
  for (const [who = '', name = '', ...rest] of parts.filter((part) => part.length > 1)) {
    const number = Number(who);
    if (!everybody.includes(number))
      throw new ToolError(`--network: ${who} is none of the participants 1 to ${participants}. Write 2=NAME.`);
    chosen.set(number, network(name, rest));
  }
  return chosen;
}

function network(name: string, rest: readonly string[]): ProfileName {
  if (isProfileName(name) && rest.length === 0) return name;
  throw new ToolError(
    `--network: there is no network ${name === '' ? 'without a name' : name}. Choose one of ${Object.keys(profiles).join(', ')} (--list-networks describes them).`,
  );
}
