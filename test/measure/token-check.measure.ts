// What a token costs the router: `node test/measure/token-check.measure.ts` admits 500 of them, and in turns makes as many
// of the X25519 multiplications of which each handshake takes two. A figure for people, not a test.
import { randomBytes } from 'node:crypto';
import { TokenAdmission } from '../../src/server/admission/token-admission.ts';
import { generatePair, multiply } from '../../src/server/keys/x25519.ts';
import { settingsFrom } from '../../src/server/settings/settings.ts';
import { systemClock } from '../../src/server/support/system-clock.ts';
import { TestIssuer } from '../support/test-issuer.ts';

const count = 500;
const atOnce = 50;

await using issuer = await TestIssuer.create();
const { tokens: settings } = settingsFrom(issuer.settings);
if (settings === undefined) throw new Error('no tokens');
using admission = await TokenAdmission.create(settings, systemClock);
const { secretKey, publicKey } = generatePair();

const spentMs = { admit: 0, refuse: 0, multiply: 0 };
for (let done = 0; done < count; done += atOnce) {
  const tokens = await issuer.tokens(atOnce);
  let from = performance.now();
  for (const token of tokens) await admission.admit(token);
  spentMs.admit += performance.now() - from;
  from = performance.now();
  for (const token of tokens)
    await admission.admit(new Uint8Array([...token.slice(0, 98), ...randomBytes(256)])).catch(() => undefined);
  spentMs.refuse += performance.now() - from;
  from = performance.now();
  for (let number = 0; number < atOnce; number += 1) multiply(secretKey, publicKey);
  spentMs.multiply += performance.now() - from;
}
const micros = (ms: number): string => ((ms / count) * 1_000).toFixed(0);
process.stdout.write(
  `To check a token takes ${micros(spentMs.admit)} µs, a forged one ${micros(spentMs.refuse)} µs, ` +
    `and one X25519 multiplication ${micros(spentMs.multiply)} µs (${count} of each, in turns).\n`,
);
