import { z } from 'zod';
import { docs, type Docs, type Value } from './docs.ts';
import { schema, type SettingName } from './schema.ts';

/** All that is to be said of one setting. */
export interface Description extends Docs {
  readonly name: SettingName;
  /** `mediaPorts` is media_ports in a file and SOTTO_MEDIA_PORTS in the environment. */
  readonly key: string;
  readonly variable: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'array';
  readonly form: string;
  readonly default: Value | undefined;
}

/** What variables of the environment begin with. */
export const prefix = 'SOTTO_';

const told = z.object({
  type: z.enum(['string', 'integer', 'boolean', 'array']),
  default: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
const toldOfAll = z.object({ properties: z.record(z.string(), told) });

/** The settings, in the order of the schema. */
export const descriptions: readonly Description[] = describeAll();

const byName = new Map<string, Description>(descriptions.map((one) => [one.name, one]));

/** What is said of a setting; undefined when there is none of that name. */
export function describe(name: string): Description | undefined {
  return byName.get(name);
}

/** A value of the setting to learn from. */
export function exampleOf(name: SettingName): { readonly example: Value } {
  const { example, default: usual } = byName.get(name) ?? {};
  return { example: example ?? usual ?? '' };
}

function describeAll(): Description[] {
  const { properties } = toldOfAll.parse(z.toJSONSchema(schema, { io: 'input' }));
  return Object.entries(schema.shape).map(([name, one]) => {
    const said = docs.get(one);
    const type = properties[name];
    if (said === undefined || type === undefined) throw new TypeError(`nothing is said of the setting ${name}`);
    const key = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return {
      ...said,
      name: name as SettingName,
      key,
      variable: prefix + key.toUpperCase(),
      type: type.type,
      form: said.form ?? formOf(type),
      default: type.default,
    };
  });
}

function formOf({ type, enum: choice, minimum, maximum }: z.output<typeof told>): string {
  if (choice !== undefined) return `one of ${choice.join(', ')}`;
  return type === 'boolean' ? 'true or false' : `a whole number from ${minimum} to ${maximum}`;
}
