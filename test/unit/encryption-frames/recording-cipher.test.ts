import { expect, test } from 'vitest';
import { recordCipher } from '../../support/recording-cipher.ts';

const aes = (byte: number): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', new Uint8Array(32).fill(byte), 'AES-GCM', false, ['encrypt']);
const encrypt = (key: CryptoKey, nonce: number): Promise<ArrayBuffer> =>
  crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12).fill(nonce) }, key, new Uint8Array(4));

test('a pair that comes twice is refused and counted, also under a second import of the same key', async () => {
  using cipher = recordCipher();
  await encrypt(await aes(1), 1);
  await encrypt(await aes(1), 2);
  await encrypt(await aes(2), 1);
  expect(cipher).toMatchObject({ encryptions: 3, repeats: 0 });
  await expect(encrypt(await aes(1), 2)).rejects.toThrow('twice');
  expect(cipher).toMatchObject({ encryptions: 4, repeats: 1 });
});

test('afterwards nothing is watched any more', async () => {
  const cipher = recordCipher();
  cipher[Symbol.dispose]();
  await encrypt(await aes(1), 1);
  await encrypt(await aes(1), 1);
  expect(cipher.encryptions).toBe(0);
});
