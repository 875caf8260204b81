import { toBase64Url } from '../../src/shared/support/bytes.ts';

/** What is looked for, by kind, so that a hit says what was left and nobody has to see whose. */
export const kinds = [
  'address text',
  'address bytes',
  'call id',
  'participant id',
  'join signature',
  'rejoin ticket',
  'seat key',
  'run of a call',
  'token',
  'ICE user fragment',
  'ICE password',
  'DTLS fingerprint',
  'DTLS certificate',
  'media id',
  'channel key',
  'channel cookie',
  'relayed bytes',
  'HTTP header',
] as const;
export type Kind = (typeof kinds)[number];

/** One form of one thing: these bytes in memory are a hit. */
export interface Needle {
  readonly kind: Kind;
  readonly bytes: Buffer;
}

/** Collects what may be found of a call, in every form that it may have. */
export class Needles {
  readonly #forms = new Map<string, Needle>();

  get all(): readonly Needle[] {
    return [...this.#forms.values()];
  }

  /** Those that `others` does not have. */
  without(others: Needles): readonly Needle[] {
    return Array.from(this.#forms).flatMap(([form, needle]) => (others.#forms.has(form) ? [] : [needle]));
  }

  /** A text, in one and in two bytes a character, as V8 keeps strings. */
  text(kind: Kind, text: string): void {
    this.#add(kind, Buffer.from(text, 'latin1'));
    this.#add(kind, Buffer.from(text, 'utf16le'));
  }

  /** Bytes, raw and as the texts that are made of them. */
  bytes(kind: Kind, bytes: Uint8Array): void {
    this.#add(kind, Buffer.from(bytes));
    this.text(kind, toBase64Url(bytes));
    this.text(kind, Buffer.from(bytes).toString('base64'));
    this.text(kind, Buffer.from(bytes).toString('hex'));
  }

  /** An IPv4 address as text and as its four bytes, in both orders. */
  address(address: string): void {
    this.text('address text', address);
    for (const bytes of addressBytes(address)) this.#add('address bytes', bytes);
  }

  /** A certificate's fingerprint as `AB:CD:…`, in either case, and raw. */
  fingerprint(value: string): void {
    this.text('DTLS fingerprint', value);
    this.text('DTLS fingerprint', value.toLowerCase());
    this.#add('DTLS fingerprint', Buffer.from(value.replaceAll(':', ''), 'hex'));
  }

  #add(kind: Kind, bytes: Buffer): void {
    this.#forms.set(`${kind} ${bytes.toString('hex')}`, { kind, bytes });
  }
}

/** The four bytes of an IPv4 address in network order and reversed. */
export function addressBytes(address: string): [Buffer, Buffer] {
  const bytes = address.split('.').map(Number);
  return [Buffer.from(bytes), Buffer.from(bytes.toReversed())];
}
