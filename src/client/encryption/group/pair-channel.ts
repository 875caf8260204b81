import nacl from 'tweetnacl';
import { concat, littleEndian, type Bytes } from '../../../shared/support/bytes.ts';
import { Secret } from '../../../shared/support/secret.ts';
import { packContent, unpackContent, type Content, type contentKinds } from './content.ts';
import { counterOf } from './fields.ts';
import { relayedTypes } from './relayed.ts';

const counterLength = 8;

/**
 * Sealed messages between oneself and one peer (ENCRYPTION "Pair messages"):
 * `type 2 | counter u64 | secretbox(sender's pair key, nonce = 16 zero bytes | counter) of a content`.
 */
export class PairChannel {
  readonly #own: Secret;
  readonly #peer: Secret;
  #sent = 0;
  #received = 0;
  #missed = 0;

  /** The keys (32 bytes) for what oneself and what the peer sends; both are taken over. */
  constructor(own: Bytes, peer: Bytes) {
    this.#own = new Secret(own);
    this.#peer = new Secret(peer);
  }

  /** How many messages were sent to us, as the counters tell, and did not come in their turn. */
  get missed(): number {
    return this.#missed;
  }

  /** The next message, ready to be relayed. */
  seal(kind: keyof typeof contentKinds, body: Uint8Array): Bytes {
    this.#sent += 1;
    const content = packContent(kind, body);
    const box = nacl.secretbox(content, nonce(this.#sent), this.#own.reveal());
    content.fill(0);
    return concat(Uint8Array.of(relayedTypes.pair), littleEndian(this.#sent, counterLength), box);
  }

  /**
   * What a peer's message (type taken off) says. Undefined, and nothing has changed, when its counter is not above the
   * last one opened, or it does not open. With `first`, only the very first message is looked at.
   */
  open(bytes: Uint8Array, only?: 'first'): Content | undefined {
    const opened = this.#open(bytes, only);
    if (opened === undefined) return undefined;
    this.#missed += opened.counter - this.#received - 1;
    this.#received = opened.counter;
    return unpackContent(opened.content);
  }

  /** What `open` would say, without having opened it. */
  look(bytes: Uint8Array, only?: 'first'): Content | undefined {
    const opened = this.#open(bytes, only);
    return opened && unpackContent(opened.content);
  }

  #open(bytes: Uint8Array, only?: 'first'): { counter: number; content: Uint8Array } | undefined {
    const counter = counterOf(bytes.subarray(0, counterLength));
    if (counter === undefined || counter <= this.#received) return undefined;
    if (only === 'first' && counter !== 1) return undefined;
    const content = nacl.secretbox.open(bytes.subarray(counterLength), nonce(counter), this.#peer.reveal());
    return content === null ? undefined : { counter, content };
  }

  purge(): void {
    this.#own.purge();
    this.#peer.purge();
  }
}

function nonce(counter: number): Bytes {
  return concat(new Uint8Array(16), littleEndian(counter, counterLength));
}
