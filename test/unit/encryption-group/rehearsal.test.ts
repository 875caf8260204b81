import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { NativeKeyPair } from '../../../src/client/encryption/call-key/native-key-pair.ts';
import type { OwnPairs } from '../../../src/client/encryption/group/self.ts';
import { rehearse } from '../../../src/client/encryption/worker/rehearsal.ts';

test('a rehearsal goes through whole handshakes, and leaves no secret', async () => {
  const made: OwnPairs[] = [];
  const asked: string[] = [];
  const makePairs = async (): Promise<OwnPairs> => {
    const [ephemeral, identity] = await Promise.all([NativeKeyPair.create(), NativeKeyPair.create()]);
    const pairs = { ephemeral, identity };
    for (const pair of [ephemeral, identity]) {
      const agree = pair.agreeWith.bind(pair);
      pair.agreeWith = (peer) => {
        asked.push(pair === ephemeral ? 'ephemeral' : 'identity');
        return agree(peer);
      };
    }
    made.push(pairs);
    return pairs;
  };
  await rehearse({ random: (length) => new Uint8Array(randomBytes(length)), makePairs });
  expect(made).toHaveLength(16);
  // Both sides of each of the eight have taken the other's hello and its auth.
  expect(asked.filter((which) => which === 'identity')).toHaveLength(16);
  expect(asked.filter((which) => which === 'ephemeral').length).toBeGreaterThanOrEqual(16);
  for (const { ephemeral } of made)
    expect(() => ephemeral.agreeWith(made[0]?.identity.publicKey ?? new Uint8Array(32))).toThrow();
});
