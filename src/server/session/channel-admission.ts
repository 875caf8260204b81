import { CodedError } from '../../shared/protocol/errors.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import type { Admission } from '../admission/admission.ts';

/** That whoever has a channel may use this router: found out once. Lives as long as its channel is open and has not joined. */
export class ChannelAdmission {
  readonly #admission: Admission;
  #admitted = false;
  #tries = 0;

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  /** Throws CodedError `token-missing`, `token-refused`, `token-spent`; `too-many` for the fourth token that is tried. */
  async check(token: Bytes | undefined): Promise<void> {
    if (this.#admitted) return;
    if (token !== undefined && (this.#tries += 1) > limits.tokenTries) throw new CodedError('too-many');
    await this.#admission.admit(token);
    this.#admitted = true;
  }
}
