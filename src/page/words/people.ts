import type { Participant, RemoteVideo } from '../../client/index.ts';

/** At most two letters that stand for a name: of its first and last word. A question mark when it has none. */
export function initials(name: string | undefined): string {
  const words = (name ?? '').trim().split(/\s+/u);
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  const letters = [first, last].map((word) => Array.from(word)[0] ?? '').join('');
  return letters === '' ? '?' : letters.toLocaleUpperCase();
}

/** How many colours there are for tiles without a picture (`--person-0` and so on). */
const colours = 8;

/** Which of the colours somebody has: always the same for the same id. */
export function colourOf(id: string): number {
  return Array.from(id).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 0) % colours;
}

/** How to call somebody in a sentence and on their tile. */
export function nameOf({ name, standing }: Pick<Participant, 'name' | 'standing'>): string {
  return name ?? (standing === 'refused' ? 'Not recognised' : 'Someone new');
}

/** "Ana’s screen". */
export function screenOf(person: Pick<Participant, 'name' | 'standing'>): string {
  return `${nameOf(person)}’s screen`;
}

export interface TileNote {
  readonly tone: 'waiting' | 'bad';
  readonly text: string;
}

/** What stands on somebody's tile when not everything of them can be seen and heard, most serious first. */
export function tileNote(person: Participant): TileNote | undefined {
  const name = nameOf(person);
  if (person.standing === 'refused')
    return { tone: 'bad', text: 'Could not prove to be invited. They get no key, and you get nothing from them.' };
  if (person.standing === 'arriving') return { tone: 'waiting', text: 'Waiting for their keys…' };
  if (person.camera.state === 'undecryptable')
    return { tone: 'bad', text: `Cannot decrypt ${name}. Their video may come from a different version.` };
  if (person.microphone.state === 'undecryptable')
    return { tone: 'bad', text: `Cannot decrypt ${name}’s sound. It may come from a different version.` };
  if (person.camera.state === 'waiting' || person.microphone.state === 'waiting')
    return { tone: 'waiting', text: `Waiting for ${name}’s keys…` };
  return person.camera.state === 'paused'
    ? { tone: 'waiting', text: `Video paused: ${pausedBy(person.camera, 'their camera')}` }
    : undefined;
}

/** The same for somebody's screen. */
export function screenNote(person: Participant): TileNote | undefined {
  switch (person.screen.state) {
    case 'waiting':
    case 'not-shown':
      return { tone: 'waiting', text: `Waiting for ${screenOf(person)}…` };
    case 'paused':
      return { tone: 'waiting', text: `Screen paused: ${pausedBy(person.screen, 'it')}` };
    case 'undecryptable':
      return { tone: 'bad', text: `Cannot decrypt ${screenOf(person)}. It may come from a different version.` };
    case 'off':
    case 'on':
      return undefined;
  }
}

/** Whose trouble it is, before anybody asks. */
function pausedBy({ pausedBy: by }: RemoteVideo, sender: string): string {
  if (by === 'our-line') return 'your connection is weak.';
  return by === 'sender' ? `${sender} sends nothing.` : 'it goes on by itself.';
}

/** What is known about somebody's keys, most serious first. `compared`: ids of those with whom the code was compared. */
export function markOf({ id, standing, nameTaken }: Participant, compared: ReadonlySet<string>): string {
  switch (standing) {
    case 'arriving':
      return 'Keys on the way';
    case 'refused':
      return 'Not let in: no proof of an invitation';
    case 'authenticated':
      if (nameTaken) return '! Someone else has this name, too';
      if (compared.has(id)) return '✓ Compared by you';
      return compared.size > 0 ? '! New since you compared' : '○ Not compared';
  }
}

/** "Ana", "Ana and Ben", "Ana, Ben and 3 others". */
export function listNames(names: readonly string[]): string {
  const [first, second, ...rest] = names;
  if (first === undefined) return '';
  if (second === undefined) return first;
  if (rest.length === 0) return `${first} and ${second}`;
  return `${first}, ${second} and ${rest.length} ${rest.length === 1 ? 'other' : 'others'}`;
}

/** What to say aloud (to a screen reader) when people come and go; undefined when nobody did. */
export function describeChange(before: readonly Participant[], now: readonly Participant[]): string | undefined {
  const known = (people: readonly Participant[]): readonly Participant[] =>
    people.filter(({ standing }) => standing === 'authenticated');
  const absent = (people: readonly Participant[], from: readonly Participant[]): readonly string[] =>
    people.filter(({ id }) => !from.some((other) => other.id === id)).map(nameOf);
  const joined = absent(known(now), known(before));
  const left = absent(known(before), now);
  const sentences = [
    ...(joined.length > 0 ? [`${listNames(joined)} joined.`] : []),
    ...(left.length > 0 ? [`${listNames(left)} left.`] : []),
  ];
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}

/** What to say aloud when somebody begins or stops to share; undefined when nobody did. Whoever left needs no second sentence. */
export function describeShares(before: readonly Participant[], now: readonly Participant[]): string | undefined {
  const sharing = (people: readonly Participant[]): readonly Participant[] =>
    people.filter(({ screen }) => screen.state !== 'off');
  const isAmong = ({ id }: Participant, people: readonly Participant[]): boolean =>
    people.some((other) => other.id === id);
  const begun = sharing(now).filter((person) => !isAmong(person, sharing(before)));
  const stopped = now.filter((person) => isAmong(person, sharing(before)) && person.screen.state === 'off');
  const sentences = [
    ...begun.map((person) => `${nameOf(person)} is sharing a screen.`),
    ...stopped.map((person) => `${nameOf(person)} stopped sharing.`),
  ];
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}

/** `name` without spaces around it and cut to what fits the handshake: 64 bytes of UTF-8. */
export function clipName(name: string): string {
  const encoder = new TextEncoder();
  let letters = Array.from(name.trim());
  while (encoder.encode(letters.join('')).length > 64) letters = letters.slice(0, -1);
  return letters.join('').trim();
}
