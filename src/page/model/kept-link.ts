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

const regionKey = 'sotto-router';

/** The address of the router that calls are to start on, in localStorage, only if somebody asked for that. */
export class KeptRegion {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  read(): string | undefined {
    return attempt(() => this.#store.getItem(regionKey)) ?? undefined;
  }

  /** Undefined: what was kept is forgotten. */
  set(url: string | undefined): void {
    attempt(() => {
      if (url === undefined) this.#store.removeItem(regionKey);
      else this.#store.setItem(regionKey, url);
    });
  }
}

const passesKey = 'sotto-keep-passes';

/** Whether unspent passes stay on this device when the page goes: in localStorage, only if its owner asked for that. */
export class KeptPasses {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Where they stay; undefined: nowhere. */
  get place(): Store | undefined {
    return attempt(() => this.#store.getItem(passesKey)) === 'yes' ? this.#store : undefined;
  }

  set(keep: boolean): void {
    attempt(() => {
      if (keep) this.#store.setItem(passesKey, 'yes');
      else this.#store.removeItem(passesKey);
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
