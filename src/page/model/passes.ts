import { signal } from '@preact/signals';
import { CallError, type openWallet, type WalletOptions } from '../../client/index.ts';
import type { AccessCode } from '../words/access-code.ts';
import type { KeptPasses } from './kept-link.ts';

/** What may stand in an Authorization header of this form (RFC 6750 section 2.1). */
const codeForm = /^[\w.~+/-]+=*$/u;

type Wallet = Pick<ReturnType<typeof openWallet>, 'take' | 'fetchAhead' | 'forget' | 'moveTo'>;

/** What a router wants before it lets anybody in, where it wants something: passes, and for those perhaps an access code. */
export class Passes {
  readonly code = signal<AccessCode>('none');
  /** What stands in the field for it. */
  readonly typed = signal('');
  /** Whether passes stay on this device when the page goes. */
  readonly keeps;
  readonly #kept: KeptPasses;
  readonly #wallet: Wallet;
  /** In memory only. */
  #given: string | undefined;

  constructor(kept: KeptPasses, admission: WalletOptions['admission'], open: (options: WalletOptions) => Wallet) {
    const store = kept.place;
    this.#kept = kept;
    this.keeps = signal(store !== undefined);
    this.#wallet = open({
      admission,
      authorization: () => (this.#given === undefined ? undefined : `Bearer ${this.#given}`),
      ...(store !== undefined && { store }),
    });
  }

  /** A pass, for the SDK. */
  readonly take: Wallet['take'] = () => this.#wallet.take();

  /** Gets passes early, so that none is used a moment after it was made. What goes wrong is told at the join. */
  async prepare(): Promise<void> {
    try {
      await this.#wallet.fetchAhead();
      if (this.code.value !== 'none') this.code.value = 'taken';
    } catch (error) {
      if (error instanceof CallError && error.code === 'token-needed') this.codeWanted();
      else if (this.code.value === 'checking') this.code.value = 'needed';
    }
  }

  /** Tries what was typed. The same again, while it is looked at or after it was taken, does nothing. */
  useCode(): void {
    const code = this.typed.value.trim();
    const { value } = this.code;
    if (code === '' || value === 'none' || (code === this.#given && (value === 'checking' || value === 'taken')))
      return;
    this.#given = codeForm.test(code) ? code : undefined;
    this.code.value = this.#given === undefined ? 'refused' : 'checking';
    if (this.#given !== undefined) void this.prepare();
  }

  /** There was no pass to be had without a code, or with the one that was given. */
  codeWanted(): void {
    if (this.code.value !== 'refused') this.code.value = this.#given === undefined ? 'needed' : 'refused';
  }

  keep(on: boolean): void {
    this.#kept.set(on);
    this.keeps.value = on;
    this.#wallet.moveTo(this.#kept.place);
  }

  /** The router has refused some of them: they are thrown away, and others fetched. */
  renew(): void {
    this.#wallet.forget();
    void this.prepare();
  }
}
