import type { Admission as Told } from '../../shared/protocol/admission.ts';
import type { Bytes } from '../../shared/support/bytes.ts';

/** Decides who may use this router at all, knowing nothing of who it is. */
export interface Admission extends Disposable {
  /**
   * Lets one channel in: for its peeks and one join. Throws CodedError `token-missing`, `token-refused`, `token-spent`
   * (PROTOCOL section "Admission").
   */
  admit(token: Bytes | undefined): Promise<void>;
  /** What a page of this router's own needs to fetch tokens; undefined when none are asked for. */
  told(): Told | undefined;
}

/** Whoever holds a call's key. */
export const openAdmission: Admission = {
  admit: () => Promise.resolve(),
  told: () => undefined,
  [Symbol.dispose]: () => undefined,
};

export interface TokenSettings {
  /** What tokens for this router are made for (RFC 9577 section 2.1, origin_info), and who makes them. */
  readonly routerName: string;
  readonly issuerName: string;
  readonly issuerUrl: string;
  /** The issuer's directory, as a file. */
  readonly keysFile: string;
}
