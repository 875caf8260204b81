import { fromLittleEndian, type Bytes } from '../../../shared/support/bytes.ts';

/** Rounds of PBKDF2: about 0.1 s, so that nobody finds two rosters with one code while a call runs. */
const rounds = 2 ** 17;
const groups = 6;
const digitsPerGroup = 5;
/** Bytes that make one group; so many that the remainder favours no digits noticeably. */
const bytesPerGroup = 6;

/**
 * ENCRYPTION "Verification code": 30 digits that everybody with the same roster digest (64 bytes) and call sees.
 * PBKDF2-HMAC-SHA-512 (RFC 8018) of the digest with the salt (32 bytes) gives 36 bytes; each 6 of them, as a
 * little-endian number modulo 100,000, are five digits.
 */
export async function verificationCode(digest: Bytes, salt: Bytes): Promise<string> {
  const secret = await crypto.subtle.importKey('raw', digest, 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations: rounds };
  const bits = await crypto.subtle.deriveBits(parameters, secret, groups * bytesPerGroup * 8);
  const bytes = new Uint8Array(bits);
  return Array.from({ length: groups }, (_, group) => {
    const number = fromLittleEndian(bytes.subarray(group * bytesPerGroup, (group + 1) * bytesPerGroup));
    return (number % 10 ** digitsPerGroup).toString().padStart(digitsPerGroup, '0');
  }).join('');
}
