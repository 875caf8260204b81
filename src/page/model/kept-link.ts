type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const key = 'sotto-invitation';

/**
 * The invitation of the call that this tab is in, for a reload: in sessionStorage, which is the tab's own and gone with
 * it, and only until the call is left. A browser that refuses storage just cannot reload.
 */
export class KeptLink {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The link as kept, or undefined. */
  read(): string | undefined {
    return attempt(() => this.#store.getItem(key)) ?? undefined;
  }

  keep(link: string): void {
    attempt(() => {
      this.#store.setItem(key, link);
    });
  }

  forget(): void {
    attempt(() => {
      this.#store.removeItem(key);
    });
  }
}

const nameKey = 'sotto-name';

/** The name for next time, in localStorage, only if its owner asked for that. */
export class RememberedName {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  read(): string | undefined {
    return attempt(() => this.#store.getItem(nameKey)) ?? undefined;
  }

  /** `remember` false: what was remembered is forgotten. */
  set(name: string, remember: boolean): void {
    attempt(() => {
      if (remember) this.#store.setItem(nameKey, name);
      else this.#store.removeItem(nameKey);
    });
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined; // storage is blocked or full
  }
}
