import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { NativeKeyPair } from '../../../src/client/encryption/call-key/native-key-pair.ts';
import type { OwnPairs } from '../../../src/client/encryption/group/self.ts';
import { rehearse } from '../../../src/client/encryption/worker/rehearsal.ts';

test('a rehearsal goes through whole handshakes, and overwrites all pairs', async () => {
  const asked: string[] = [];
  let made = 0;
  const purged = new Set<unknown>();
  const makePairs = async (): Promise<OwnPairs> => {
    const [ephemeral, identity] = await Promise.all([NativeKeyPair.create(), NativeKeyPair.create()]);
    made += 2;
    for (const pair of [ephemeral, identity]) {
      const agree = pair.agreeWith.bind(pair);
      pair.agreeWith = (peer) => {
        asked.push(pair === ephemeral ? 'ephemeral' : 'identity');
        return agree(peer);
      };
      const purge = pair.purge.bind(pair);
      pair.purge = () => {
        purged.add(pair);
        purge();
      };
    }
    return { ephemeral, identity };
  };
  await rehearse({ random: (length) => new Uint8Array(randomBytes(length)), makePairs });
  expect(made).toBe(32);
  // Both sides of each of the eight have taken the other's hello and its auth.
  expect(asked.filter((which) => which === 'identity')).toHaveLength(16);
  expect(asked.filter((which) => which === 'ephemeral').length).toBeGreaterThanOrEqual(16);
  expect(purged.size).toBe(32);
});
