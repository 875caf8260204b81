import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schema, settingsFrom, SettingsError, type Settings } from './settings.ts';

/** Variables of the environment, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const prefix = 'SOTTO_';

/**
 * Settings from a JSON file (`configFile`, else the one that SOTTO_CONFIG names, else none), overridden by variables of
 * the environment: SOTTO_MEDIA_PORTS for `mediaPorts` and so on. Throws SettingsError, also for names that mean nothing.
 */
export function loadSettings(configFile?: string, environment: Environment = process.env): Settings {
  const file = configFile ?? environment[`${prefix}CONFIG`];
  const values = {
    ...stateDefault(environment),
    ...(file === undefined ? {} : readJson(file)),
    ...fromEnvironment(environment),
  };
  return settingsFrom(values);
}

function stateDefault({ XDG_STATE_HOME: base }: Environment): { stateDirectory?: string } {
  return base === undefined || base === '' ? {} : { stateDirectory: join(base, 'sotto') };
}

function readJson(file: string): object {
  let values: unknown;
  try {
    values = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SettingsError(`${file}: cannot be read, or is not JSON.`, { cause: error });
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new SettingsError(`${file}: not a JSON object.`);
  }
  return values;
}

function fromEnvironment(environment: Environment): Record<string, string> {
  const names = new Map(Object.keys(schema.shape).map((name) => [variable(name), name]));
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(environment)) {
    if (value === undefined || !key.startsWith(prefix) || key === `${prefix}CONFIG`) continue;
    const name = names.get(key);
    if (name === undefined) throw new SettingsError(`${key}: there is no such setting.`);
    values[name] = value;
  }
  return values;
}

/** `mediaPorts` is SOTTO_MEDIA_PORTS. */
function variable(name: string): string {
  return prefix + name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
