import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { expect, test } from 'vitest';
import { certificateDoubt } from '../../../src/tools/self-call/certificate.ts';

/** What is said of a certificate that is good for these days. */
async function doubtOf(notBeforeDate: Date, notAfterDate: Date): Promise<string | undefined> {
  const options = { keyType: 'ec' as const, notBeforeDate, notAfterDate };
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'Sotto' }], options);
  await using server = createServer({ cert, key }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return await certificateDoubt(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

test('of a certificate that browsers refuse it is said why', async () => {
  const [past, future] = [new Date('2020-01-01'), new Date('2100-01-01')];
  expect(await doubtOf(past, future)).toContain('signed by itself');
  expect(await doubtOf(past, new Date('2020-02-01'))).toContain('is over');
});

test('of what does not answer nothing is said: that is not its certificate', async () => {
  expect(await certificateDoubt('https://127.0.0.1:1/')).toBeUndefined();
});
