import { createHmac, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../shared/support/clock.ts';
import { TokenBucket } from '../support/token-bucket.ts';

/** Handshakes a second, and at once, that one address may begin. Higher lets more people behind one address join together. */
const perAddress = { perSecond: 5, burst: 20 };
/** Handshakes a second that all may begin: two X25519 multiplications each, 0.1 ms. */
const inAll = { perSecond: 500, burst: 500 };

/**
 * Limits how often handshakes begin (PROTOCOL 4 step 6), for each IPv4 address and each IPv6 network of 64 bits. Keeps no
 * address, only its HMAC under a key of this object's, and that only while it has something to regain: 4 s after its last
 * handshake at most.
 */
export class HandshakeLimit implements Disposable {
  readonly #clock: Clock;
  readonly #all: TokenBucket;
  readonly #key = randomBytes(32);
  readonly #addresses = new Map<string, { readonly bucket: TokenBucket; cancel: () => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = new TokenBucket(inAll.perSecond, inAll.burst, clock.nowMs());
  }

  /** How many addresses are known at this moment. */
  get size(): number {
    return this.#addresses.size;
  }

  /** Whether one more handshake may begin from `address`. */
  admit(address: string): boolean {
    const nowMs = this.#clock.nowMs();
    const source = this.#nameOf(address);
    const known = this.#addresses.get(source);
    const bucket = known?.bucket ?? new TokenBucket(perAddress.perSecond, perAddress.burst, nowMs);
    const admitted = bucket.take(1, perAddress.burst, nowMs) && this.#all.take(1, inAll.burst, nowMs);
    known?.cancel();
    const cancel = this.#clock.after(bucket.fullInMs, () => {
      this.#addresses.delete(source);
    });
    this.#addresses.set(source, { bucket, cancel });
    return admitted;
  }

  /** Whether handshakes from `address`, or its network, are being counted. */
  counts(address: string): boolean {
    return this.#addresses.has(this.#nameOf(address));
  }

  #nameOf(address: string): string {
    return createHmac('sha256', this.#key).update(network(address)).digest('base64url');
  }

  [Symbol.dispose](): void {
    for (const { cancel } of this.#addresses.values()) cancel();
    this.#addresses.clear();
  }
}

/** What one subscriber has at least: an IPv4 address, or the first 64 bits of an IPv6 address (RFC 6177). */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array.from({ length: 8 - groups.length - after.length }, () => '0');
  return [...groups, ...zeros, ...after].slice(0, 4).join(':');
}
