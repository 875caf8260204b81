import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SpentNonces } from '../../../src/server/admission/spent-nonces.ts';

describe('spent nonces', () => {
  test('are known under their issuer key only', () => {
    const spent = new SpentNonces();
    const nonce = randomBytes(32);
    expect(spent.spend('one', nonce)).toBe(true);
    expect(spent.spend('two', nonce)).toBe(true);
    expect(spent.spend('one', nonce)).toBe(false);
  });

  test('are forgotten when their issuer key is', () => {
    const spent = new SpentNonces();
    for (const key of ['one', 'two']) for (let count = 0; count < 3; count += 1) spent.spend(key, randomBytes(32));
    spent.keepOnly(['two']);
    expect(spent.size).toBe(3);
    spent.keepOnly([]);
    expect(spent.size).toBe(0);
  });
});
