import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadRouterKey, routerKeyFile } from '../../../src/server/keys/router-key.ts';
import { multiply, generatePair } from '../../../src/server/keys/x25519.ts';

describe('the router key', () => {
  let base: string;
  let directory: string;
  let path: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'sotto-key-'));
    directory = join(base, 'state/sotto');
    path = join(directory, routerKeyFile);
  });
  afterEach(() => {
    rmSync(base, { recursive: true });
  });

  test('is made on first start, for its owner only, and stays the same', async () => {
    const first = await loadRouterKey(directory);
    expect(statSync(path).mode % 0o1000).toBe(0o600);
    expect(statSync(directory).mode % 0o1000).toBe(0o700);
    const second = await loadRouterKey(directory);
    expect(second.publicKey).toEqual(first.publicKey);
    expect(second.secretKey.reveal()).toEqual(first.secretKey.reveal());
    const peer = generatePair();
    const [ours, theirs] = [
      multiply(first.secretKey.reveal(), peer.publicKey),
      multiply(peer.secretKey, first.publicKey),
    ];
    expect(ours).toEqual(theirs);
  });

  test.each([0o604, 0o640, 0o620, 0o601, 0o644])(
    'that others have rights to (%o) is refused, with what to do',
    async (mode) => {
      await loadRouterKey(directory);
      chmodSync(path, mode);
      await expect(loadRouterKey(directory)).rejects.toThrow(`chmod 600 ${path}`);
      chmodSync(path, 0o600);
      await expect(loadRouterKey(directory)).resolves.toBeDefined();
    },
  );

  test('that is damaged is refused, and stays as it is', async () => {
    await loadRouterKey(directory);
    for (const text of ['', 'short', 'A'.repeat(44), 'not base64url, of just about the right length']) {
      writeFileSync(path, text);
      await expect(loadRouterKey(directory)).rejects.toThrow('holds no router key');
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });
});
