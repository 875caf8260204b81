import { expect, test } from 'vitest';
import { warmUp } from '../../../src/client/encryption/group/warm-up.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { random } from '../../support/fake-relay.ts';

test('warming up is a whole handshake, after which nothing waits and nothing random is left of it', () => {
  const clock = new FakeClock();
  const given: Uint8Array[] = [];
  const held = warmUp({
    clock,
    random: (length) => {
      const bytes = random(length);
      given.push(bytes);
      return bytes;
    },
  });
  expect(held).toBe(true);
  expect(clock.waiting).toBe(0);
  const secrets = given.filter(({ length }) => length === 32);
  expect(secrets.length).toBeGreaterThanOrEqual(7); // the call key, two pairs of keys for each, and a media key
  for (const secret of secrets) expect(secret.every((byte) => byte === 0)).toBe(true);
});
