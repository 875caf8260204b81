import type { Bytes } from '../../../shared/support/bytes.ts';

/** What a `keys` message tells one peer (ENCRYPTION "keys"). The keys in it are copies: whoever has used them overwrites them. */
export interface KeysBody {
  /** 1 or more, so that 0 can say "none" in a roster. */
  readonly chain: number;
  readonly step: number;
  /** The media key of that chain and step, 32 bytes. */
  readonly key: Bytes;
  /** The chain that will be applied shortly, from its step 0. */
  readonly next: { readonly chain: number; readonly key: Bytes } | undefined;
}
