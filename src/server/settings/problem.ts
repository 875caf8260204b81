import { closestMatch } from 'leven';
import type { Value } from './docs.ts';

/** What is wrong, or not wise, with the settings: for the operator, who knows then what to do where. */
export interface Problem {
  /** Where it is, when it comes from a file. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** As the operator wrote it, or would have to: media_ports, SOTTO_MEDIA_PORTS. */
  readonly key: string;
  readonly problem: string;
  readonly remedy: string;
}

/** The same before it is known where the setting comes from. */
export interface Fault {
  readonly name: string;
  readonly problem: string;
  /** What to do, or how the setting is written. */
  readonly remedy: string | { readonly example: Value };
  /** The setting that asks for it, when it is missing. */
  readonly because?: string;
  /** Which element of a list it is about. */
  readonly element?: number | undefined;
}

/** What is wrong with the files that the settings name, and what soon will be. */
export interface FilesInspected {
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

/** What is wrong with the settings, all of it, in words for the operator. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(inWords).join('\n'));
    this.problems = problems;
  }
}

/** One line, without an end: `router.toml:3: port: not a whole number from 0 to 65535. Write it as: port = 443`. */
export function inWords({ file, line, key, problem, remedy }: Problem): string {
  const where = file === undefined ? '' : line === undefined ? `${file}: ` : `${file}:${line}: `;
  return `${where}${key === '' ? '' : `${key}: `}${problem} ${remedy}`;
}

/** What to do about a key that means nothing. */
export function unknownKey(key: string, known: readonly string[]): Pick<Problem, 'problem' | 'remedy'> {
  // A third of it mistyped is still a slip of the finger.
  const meant = closestMatch(key, known, { maxDistance: Math.max(2, Math.floor(key.length / 3)) });
  return {
    problem: 'there is no such setting.',
    remedy: meant === undefined ? 'Remove it; `sotto settings` shows all there are.' : `Did you mean ${meant}?`,
  };
}

/** What to do, in words: the example as a line of the file. */
export function remedyInFile(key: string, remedy: Fault['remedy']): string {
  return typeof remedy === 'string' ? remedy : `Write it as: ${inFile(key, remedy.example)}`;
}

/** The same for a variable of the environment. */
export function remedyInEnvironment(variable: string, remedy: Fault['remedy']): string {
  if (typeof remedy === 'string') return remedy;
  const { example } = remedy;
  return `Write it as: ${variable}=${typeof example === 'object' ? example.join(',') : example.toString()}`;
}

/** A setting as a line of the file. JSON's texts and lists are TOML's. */
export function inFile(key: string, value: Value): string {
  return `${key} = ${typeof value === 'object' ? `[${value.map((one) => JSON.stringify(one)).join(', ')}]` : JSON.stringify(value)}`;
}
