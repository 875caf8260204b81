import { adviceOn } from './advice.ts';
import { inspectFiles } from './files.ts';
import { inspectListening } from './listening.ts';
import { readSettings, type Environment } from './load.ts';
import { thisMachine } from './machine.ts';
import type { Problem } from './problem.ts';

/** What keeps a router from starting, and what it should not do where it serves a region. */
export interface Checked {
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Checks all that can be without starting a router: the settings as `loadSettings` takes them, files, ports, machine. `runs`: a
 * router with these settings does, and the ports are its own.
 */
export async function checkSettings(
  configFile?: string,
  environment: Environment = process.env,
  runs = false,
): Promise<Checked> {
  const reading = readSettings(configFile, environment);
  const { settings } = reading;
  const files = await inspectFiles(settings, Date.now());
  const errors = reading.problems([...files.faults, ...(runs ? [] : await inspectListening(settings))]);
  const advice = [...files.warnings, ...adviceOn(settings, reading.isGiven, thisMachine(settings))];
  // What is wrong with a setting, or in a line, says more than what would not be wise about its default.
  const warnings = advice.map(reading.locate).filter((warning) => !errors.some((error) => isAbout(error, warning)));
  return { errors, warnings };
}

function isAbout(error: Problem, warning: Problem): boolean {
  return error.key === warning.key || (error.line !== undefined && error.line === warning.line);
}
