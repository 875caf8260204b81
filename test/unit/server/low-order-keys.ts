import type { Bytes } from '../../../src/shared/support/bytes.ts';

const hex = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'hex'));

/** Ed25519 public keys that nobody may have: the points of small order, and encodings that are not canonical (RFC 8032 section 5.1.3). */
export const lowOrderKeys: readonly (readonly [string, Bytes])[] = [
  ['the neutral element', hex(`01${'00'.repeat(31)}`)],
  ['order 2', hex(`ec${'ff'.repeat(30)}7f`)],
  ['order 4', hex('00'.repeat(32))],
  ['order 4, negative', hex(`${'00'.repeat(31)}80`)],
  ['order 8', hex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')],
  ['order 8, negative', hex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa')],
  ['order 8, the other', hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')],
  ['the neutral element, not canonical', hex(`ee${'ff'.repeat(30)}7f`)],
  ['order 4, not canonical', hex(`ed${'ff'.repeat(30)}7f`)],
];
