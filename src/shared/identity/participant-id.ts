import type { Bytes } from '../support/bytes.ts';
import { ShortId } from './short.ts';

/** Names one participant of one call to the router and to the others: 16 bytes that its seat key proves (PROTOCOL section 1). */
export class ParticipantId extends ShortId {
  static readonly size = 16;
  declare private readonly brand: 'ParticipantId';

  /** From its 16 bytes (copied); undefined when there are not 16. */
  static from(bytes: Uint8Array): ParticipantId | undefined {
    return bytes.length === ParticipantId.size ? new ParticipantId(new Uint8Array(bytes)) : undefined;
  }

  private constructor(bytes: Bytes) {
    super(bytes);
  }
}
