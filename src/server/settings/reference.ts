import { describe, type Description } from './describe.ts';
import { inFile } from './problem.ts';
import { groups } from './schema.ts';

const head = `# The settings of a Sotto router: every one that there is, as an example to start from.
# Made by \`sotto settings\`. A line that begins with "#" and a key shows the default, or an example where there is none:
# remove the "#" to set it. A variable of the environment overrides the file.
# \`sotto check-config --config FILE\` tells what is wrong with a file, and what is not wise.
`;

/** All settings as a file in TOML that sets none of them, with what there is to say of each. */
export function settingsReference(): string {
  const sections = Object.entries(groups).map(([title, settings]) => {
    const entries = Object.keys(settings).map((name) => entry(describe(name)));
    return [`\n# --- ${title} ---\n`, ...entries].join('\n');
  });
  return [head, ...sections].join('');
}

function entry(setting: Description | undefined): string {
  if (setting === undefined) return '';
  const { key, variable, is, form, unit, raising, example, otherwise, environmentOnly } = setting;
  const usual = setting.default ?? example ?? '';
  const lines = [
    is,
    `Value: ${form}.${unit === undefined ? '' : ` Unit: ${unit}.`} Default: ${inWords(setting.default, otherwise)}.`,
    ...(raising === undefined ? [] : [`Raising it: ${raising}.`]),
    environmentOnly ? `Only from the environment: ${variable}` : `Environment: ${variable}`,
  ];
  const comment = lines.map((line) => `# ${line}\n`).join('');
  return `${comment}${environmentOnly ? '' : `#${inFile(key, usual)}\n`}`;
}

function inWords(usual: Description['default'], otherwise = 'none'): string {
  if (usual === undefined) return otherwise;
  return Array.isArray(usual) && usual.length === 0 ? 'none' : String(usual);
}
