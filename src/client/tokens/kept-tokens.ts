import { z } from 'zod';
import { bytesField } from '../../shared/protocol/wire.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Bytes } from '../../shared/support/bytes.ts';

/** A place for text, such as `localStorage`. */
export type TokenStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface KeptToken {
  readonly token: Bytes;
  /** Whose tokens they are and for whom: one store may serve an application with several routers, one after the other. */
  readonly issuerName: string;
  readonly routerName: string;
  /** When its key ends, in seconds since 1970. */
  readonly untilSeconds: number;
}

const kept = z.array(
  z.strictObject({
    token: bytesField(limits.tokenBytes, limits.tokenBytes),
    issuerName: z.string(),
    routerName: z.string(),
    untilSeconds: z.int(),
  }),
);

const name = 'sotto-tokens';

/** Unspent tokens in a store, read anew each time: another tab may have spent some. */
export class KeptTokens {
  readonly #store: TokenStore;

  constructor(store: TokenStore) {
    this.#store = store;
  }

  /** Oldest first. What is not ours to read is nothing. */
  read(): readonly KeptToken[] {
    try {
      return kept.decode(JSON.parse(this.#store.getItem(name) ?? '[]') as z.input<typeof kept>);
    } catch {
      return [];
    }
  }

  write(tokens: readonly KeptToken[]): void {
    if (tokens.length === 0) this.#store.removeItem(name);
    else this.#store.setItem(name, JSON.stringify(kept.encode([...tokens])));
  }
}

/** Keeps text until the page goes. */
export function memoryStore(): TokenStore {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => {
      items.set(key, value);
    },
    removeItem: (key) => {
      items.delete(key);
    },
  };
}
