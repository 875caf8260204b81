import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, descriptions, exampleOf, prefix, type Description } from './describe.ts';
import { inspectFiles } from './files.ts';
import { remedyInEnvironment, remedyInFile, SettingsError, unknownKey, type Fault, type Problem } from './problem.ts';
import { understand, type Settings } from './settings.ts';
import { readToml } from './toml-file.ts';

/** Variables of the environment, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings with what is wrong with them, and where each came from. */
export interface Reading {
  /** With defaults in the place of what is wrong. */
  readonly settings: Settings;
  /** What is wrong with them, in the order of the file; `more`: what else has been found to be. */
  readonly problems: (more?: readonly Fault[]) => Problem[];
  /** Whether a file or the environment says something of a setting. */
  readonly isGiven: (name: string) => boolean;
  /** Tells where the setting of a fault is. */
  readonly locate: (fault: Fault) => Problem;
}

/**
 * Settings from a TOML file (`configFile`, else the one that SOTTO_CONFIG names, else none), overridden by variables of
 * the environment: SOTTO_MEDIA_PORTS for media_ports and so on. Rejects with SettingsError that names all that is wrong,
 * also with the files that they name.
 */
export async function loadSettings(configFile?: string, environment: Environment = process.env): Promise<Settings> {
  const reading = readSettings(configFile, environment);
  const { faults } = await inspectFiles(reading.settings, Date.now());
  const problems = reading.problems(faults);
  if (problems.length > 0) throw new SettingsError(problems);
  return reading.settings;
}

/** Like `loadSettings`, but reads none of the files that they name. Throws SettingsError. */
export function settingsAlone(configFile?: string): Settings {
  const { settings, problems } = readSettings(configFile);
  const wrong = problems();
  if (wrong.length > 0) throw new SettingsError(wrong);
  return settings;
}

/** Like `loadSettings`, but goes on past what is wrong, and reads no other file. */
export function readSettings(configFile?: string, environment: Environment = process.env): Reading {
  const file = configFile ?? environment[`${prefix}CONFIG`];
  const said: Said[] = [];
  const problems: Problem[] = [];
  if (file !== undefined) readFile(file, said, problems);
  readEnvironment(environment, said, problems);
  const places = new Map(said.map((one) => [one.setting.name as string, one]));
  const values = Object.fromEntries(said.map(({ setting, value }) => [setting.name, value]));
  const { settings, faults } = understand({ ...stateDefault(environment), ...values });
  const locate = ({ name, because = name, element = 0, problem, remedy }: Fault): Problem => {
    const { key = name, variable = name } = describe(name) ?? {};
    const place = places.get(name) ?? places.get(because);
    if (place?.source === 'environment')
      return { key: variable, problem, remedy: remedyInEnvironment(variable, remedy) };
    const line = (name === place?.setting.name ? place.elementLines[element] : undefined) ?? place?.line;
    return { file, line, key, problem, remedy: remedyInFile(key, remedy) };
  };
  return {
    settings,
    problems: (more = []) => oneOfEach([...problems, ...[...faults, ...more].map(locate)]),
    isGiven: (name) => places.has(name),
    locate,
  };
}

const oneALine = 'Write one setting a line, as: port = 443. Text is in quotes; numbers, true and false are not.';

/** What a file or a variable says of a setting. */
type Said = { readonly setting: Description; readonly value: unknown } & (
  | { readonly source: 'environment' }
  | { readonly source: 'file'; readonly line: number; readonly elementLines: readonly number[] }
);

function readFile(file: string, said: Said[], problems: Problem[]): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    problems.push({ file, key: '', problem: 'cannot be read.', remedy: 'Check its name and who may read it.' });
    return;
  }
  const settable = new Map(descriptions.map((setting) => [setting.key, setting]));
  const { entries, mistakes } = readToml(text);
  for (const mistake of mistakes) {
    const setting = settable.get(mistake.key);
    const remedy = setting === undefined ? oneALine : remedyInFile(setting.key, exampleOf(setting.name));
    problems.push({ file, remedy, ...mistake });
  }
  const first = new Map<string, number>();
  for (const { key, value, line, elementLines } of entries) {
    const setting = settable.get(key);
    const before = first.get(key);
    const at = { file, line, key };
    if (setting === undefined) problems.push({ ...at, ...unknownKey(key, [...settable.keys()]) });
    else if (before !== undefined)
      problems.push({ ...at, problem: `is set twice, first in line ${before}.`, remedy: 'Remove one of the two.' });
    else if (setting.environmentOnly) {
      const remedy = `Remove it, and set ${setting.variable}.`;
      problems.push({ ...at, problem: 'works from the environment only.', remedy });
    } else said.push({ source: 'file', setting, value, line, elementLines });
    first.set(key, before ?? line);
  }
}

function readEnvironment(environment: Environment, said: Said[], problems: Problem[]): void {
  const settable = new Map(descriptions.map((setting) => [setting.variable, setting]));
  for (const [key, text] of Object.entries(environment)) {
    if (text === undefined || !key.startsWith(prefix) || key === `${prefix}CONFIG`) continue;
    const setting = settable.get(key);
    if (setting === undefined) problems.push({ key, ...unknownKey(key, [...settable.keys()]) });
    else said.push({ source: 'environment', setting, value: fromText(setting, text) });
  }
}

/** A variable is text; what does not look like the setting's type stays text, which is refused then. */
function fromText({ type }: Description, text: string): unknown {
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  if (type === 'array') return text === '' ? [] : text.split(',').map((part) => part.trim());
  return text;
}

function stateDefault({ XDG_STATE_HOME: base }: Environment): { stateDirectory?: string } {
  return base === undefined || base === '' ? {} : { stateDirectory: join(base, 'sotto') };
}

/** In the order of the file; of one line's setting the first thing that is wrong explains the others. */
function oneOfEach(problems: readonly Problem[]): Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems) {
    const where = `${problem.file}:${problem.line}:${problem.key}`;
    if (!seen.has(where)) seen.set(where, problem);
  }
  return [...seen.values()].sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0);
}
