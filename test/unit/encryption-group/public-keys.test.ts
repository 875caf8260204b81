import { describe, expect, it } from 'vitest';
import { KeyPair } from '../../../src/shared/sealing/key-pair.ts';
import { CodedError } from '../../../src/shared/protocol/errors.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { random } from '../../support/fake-relay.ts';
import { Insider } from '../../support/insider.ts';
import { callOf, stateOf } from './calls.ts';
import { group, hex } from './vectors.ts';

const refused = group.refusedPublicKeys.map(({ what, key }) => ({ what, key: hex(key) }));

describe('public keys from peers', () => {
  it.each(refused)('$what: a coded error', ({ key }) => {
    const pair = new KeyPair(random(32));
    expect(codeOf(() => pair.agreeWith(key))).toBe('public-key-refused');
    expect(codeOf(() => pair.agreeWith(pair.publicKey))).toBe('public-key-refused');
    expect(codeOf(() => pair.agreeWith(key.subarray(1)))).toBe('public-key-refused');
    expect(codeOf(() => pair.agreeWith(new KeyPair(random(32)).publicKey))).toBeUndefined();
  });

  it('refuses a peer whose ephemeral key is one of them, or our own, and answers nothing', async () => {
    const { relay, seats } = await callOf('Ada', 'Ben');
    const before = seats.map(stateOf);
    const own = new Insider(relay).ephemeralOf(seats[0]);
    for (const ephemeral of [...refused.map(({ key }) => key), own]) {
      const insider = new Insider(relay);
      insider.hello(seats[0], { ephemeral });
      expect(seats[0].sees(insider.id.key)?.standing).toBe('refused');
      expect(insider.got).toEqual([]);
    }
    expect(seats.map(stateOf)).toEqual(before);
  });

  it('refuses a peer whose identity key is one of them, or one of our own keys', async () => {
    const secret = random(32);
    const ownIdentity = new KeyPair(secret.slice());
    const { relay, seats } = await callOf('Ada', 'Ben');
    const cleo = relay.join('Cleo', { random: scripted(random(32), secret) });
    relay.run(1_000);
    const before = [stateOf(seats[0]), stateOf(cleo)];
    const ownEphemeral = new Insider(relay).ephemeralOf(cleo);
    for (const identity of [...refused.map(({ key }) => key), ownEphemeral, ownIdentity.publicKey]) {
      const insider = new Insider(relay);
      insider.hello(cleo);
      // The best proof there is: the all-zero secret of a low-order point, or what the owner of our key would use.
      const isOwn = identity === ownIdentity.publicKey;
      const shared = isOwn ? ownIdentity.agreeWith(ownEphemeral) : new Uint8Array(32);
      insider.auth(cleo, 'Ida', { identity, shared });
      expect(cleo.sees(insider.id.key)).toMatchObject({ standing: 'refused', name: undefined });
    }
    expect([stateOf(seats[0]), stateOf(cleo)]).toEqual(before);
  });
});

/** Randomness whose first answers are given. */
function scripted(...first: Bytes[]): (length: number) => Bytes {
  return (length) => first.shift() ?? random(length);
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return String(error.code);
    throw error;
  }
}
