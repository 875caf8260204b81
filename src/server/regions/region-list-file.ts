import { readFile, stat } from 'node:fs/promises';
import { limits } from '../../shared/protocol/limits.ts';
import { openUndated, type RegionList } from '../../shared/regions/region-list.ts';
import { fromBase64Url } from '../../shared/support/bytes.ts';

/** Where a signed list of routers is, and the key that it has to be signed with (base64url). */
export interface RegionListPlace {
  readonly file: string;
  readonly key: string;
}

/** A list as its file has it, and what it says. */
export interface ReadRegionList extends RegionList {
  readonly text: string;
}

/** The file of the list is no good, in words for the operator. */
export class RegionListError extends Error {
  override readonly name = 'RegionListError';
  readonly problem = 'the file cannot be read, or is no list of routers that is signed by the key in regions_key.';
  readonly remedy = 'sotto regions sign makes one, sotto regions verify says what is wrong with it.';

  constructor(cause: unknown) {
    super('', { cause });
    this.message = `regions_file: ${this.problem} ${this.remedy}`;
  }
}

/** The list in a file, expired or not. Rejects with RegionListError. */
export async function readRegionList({ file, key }: RegionListPlace): Promise<ReadRegionList> {
  try {
    const { size } = await stat(file);
    if (size > limits.regionListBytes) throw new RangeError('too large');
    const text = await readFile(file, 'utf8');
    return { text, ...openUndated(text, fromBase64Url(key) ?? new Uint8Array()) };
  } catch (cause) {
    throw new RegionListError(cause);
  }
}
