import type { z } from 'zod';
import { wellKnown } from '../../shared/protocol/admission.ts';
import { ToolError } from './browser.ts';
import type { Place } from './person.ts';

/** The routers at these addresses: a call begins at the first, and may go to each of them. Rejects with ToolError. */
export async function routersAt(urls: readonly string[]): Promise<Place['router']> {
  const described = await Promise.all(urls.map(describedBy));
  const routers = described.map(({ routerKey }, index) => ({ url: urls[index] ?? '', routerKey }));
  const [first] = routers;
  if (first === undefined) throw new RangeError('no router');
  return { routerUrl: first.url, routerKey: first.routerKey, admission: described[0]?.admission, routers };
}

/** The router's own word for its key and its issuer: a tester trusts the router that is being tested. Rejects with ToolError. */
async function describedBy(router: string): Promise<z.output<typeof wellKnown>> {
  let described: unknown;
  try {
    const response = await fetch(new URL('/.well-known/sotto.json', router));
    described = await response.json();
  } catch (error) {
    throw new ToolError(`No router answers at ${router}.`, { cause: error });
  }
  const { data } = wellKnown.safeParse(described);
  if (data === undefined) throw new ToolError(`What answers at ${router} is no router of Sotto.`);
  return data;
}
