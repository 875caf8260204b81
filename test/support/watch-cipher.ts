import { afterAll, expect } from 'vitest';
import { recordCipher } from './recording-cipher.ts';

// For every test file: whatever was sealed in its process, no (key, nonce) pair came twice (ENCRYPTION "Counters").
recordCipher();
afterAll(() => {
  expect(recordCipher().repeats).toBe(0);
});
