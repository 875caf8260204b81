import { getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { z } from 'zod';
import { limits } from '../../shared/protocol/limits.ts';
import { regionList, type ListedRouter } from '../../shared/regions/region-list.ts';

/** What is wrong with the file that an operator wrote, all of it, in words. */
class SourceError extends Error {
  override readonly name = 'SourceError';
}

/** What each field has to be: goes after "not". */
const forms: Readonly<Record<string, string>> = {
  region: 'a name of at most 32 small letters, digits and hyphens: region = "frankfurt"',
  url: `an address without a path, of at most ${limits.listedUrlLength} characters, over https: url = "https://fra.calls.example"`,
  router_key: 'a router key as `sotto keygen` prints it: router_key = "…", 43 characters',
};

const written = z.strictObject({ routers: z.array(z.record(z.string(), z.unknown())) });
const routersOf = regionList.shape.routers;

/** The routers in a file of TOML, in its order: a section `[[routers]]` for each, with region, url and router_key. Throws SourceError. */
export function readSource(text: string): readonly ListedRouter[] {
  const { routers } = parse(text);
  const strange = routers.flatMap((one, index) =>
    Object.keys(one)
      .filter((key) => !(key in forms))
      .map((key) => `Router ${index + 1}: ${key}: there is no such field.`),
  );
  const list = routersOf.safeParse(
    routers.map(({ region, url, router_key: routerKey }) => ({ region, url, routerKey })),
  );
  if (list.success && strange.length === 0) return list.data;
  throw new SourceError([...strange, ...(list.success ? [] : list.error.issues.map(inWords))].join('\n'));
}

function parse(text: string): z.output<typeof written> {
  try {
    return written.parse(getStaticTOMLValue(parseTOML(text, { tomlVersion: '1.0' })));
  } catch (error) {
    if (error instanceof ParseError)
      throw new SourceError(`Line ${error.lineNumber}: not TOML: ${error.message.toLowerCase()}.`);
    throw new SourceError('There is nothing in it but routers: a section [[routers]] for each.');
  }
}

function inWords({ code, path: [index, field] }: z.core.$ZodIssue): string {
  if (typeof index === 'number') {
    const key = field === 'routerKey' ? 'router_key' : String(field);
    return `Router ${index + 1}: ${key}: missing, or not ${forms[key] ?? 'what it should be'}.`;
  }
  return code === 'custom'
    ? 'Two routers have the same address, or the same key. Each makes a key of its own.'
    : `Give 1 to ${limits.listedRouters} routers.`;
}
