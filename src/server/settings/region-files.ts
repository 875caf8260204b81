import { readRouterKey } from '../keys/router-key.ts';
import { readRegionList, RegionListError, type ReadRegionList } from '../regions/region-list-file.ts';
import { toBase64Url } from '../../shared/support/bytes.ts';
import type { Fault, FilesInspected } from './problem.ts';
import type { Settings } from './settings.ts';

const dayMs = 86_400_000;
/** From when on the end of a list is near, in days. Higher warns earlier. */
const soonDays = 7;

/** What is wrong with the list of routers, and what is not wise. A router starts with one that has expired, and serves none. */
export async function inspectRegions(settings: Settings, nowMs: number): Promise<FilesInspected> {
  if (settings.regions === undefined) return { faults: [], warnings: [] };
  try {
    const list = await readRegionList(settings.regions);
    return { faults: [], warnings: [...datesOf(list, nowMs), ...(await ownPlaceIn(list, settings))] };
  } catch (error) {
    if (!(error instanceof RegionListError)) throw error;
    return { faults: [{ name: 'regionsFile', problem: error.problem, remedy: error.remedy }], warnings: [] };
  }
}

function datesOf({ expires }: ReadRegionList, nowMs: number): Fault[] {
  const days = Math.floor((expires * 1_000 - nowMs) / dayMs);
  if (days >= soonDays) return [];
  const problem =
    expires * 1_000 <= nowMs
      ? 'the list has expired: calls start on the router whose page was opened, whichever is nearest.'
      : `the list expires in ${days} days.`;
  return [{ name: 'regionsFile', problem, remedy: 'Sign it anew: sotto regions sign' }];
}

async function ownPlaceIn({ routers }: ReadRegionList, { stateDirectory, region }: Settings): Promise<Fault[]> {
  const pair = await readRouterKey(stateDirectory).catch(() => undefined);
  if (pair === undefined) return []; // it is made when the router starts
  pair.secretKey.purge();
  const own = routers.find(({ routerKey }) => routerKey === toBase64Url(pair.publicKey));
  if (own === undefined) {
    const problem = "this router's key is not in the list: nobody gets here by it.";
    return [{ name: 'regionsFile', problem, remedy: 'Put what sotto keygen prints into the list, and sign it anew.' }];
  }
  if (own.region === region) return [];
  const problem = region === undefined ? `missing: the list says ${own.region}.` : `the list says ${own.region}.`;
  return [{ name: 'region', because: 'regionsFile', problem, remedy: { example: own.region } }];
}
