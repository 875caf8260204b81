import { keyLength } from '../../../shared/sealing/public-key.ts';
import { concat, fromLittleEndian, littleEndian, type Bytes } from '../../../shared/support/bytes.ts';
import type { KeysBody } from '../keys/keys-body.ts';
import { captureLength, decodeCapture, encodeCapture, type Capture } from './capture.ts';
import { fieldsOf } from './fields.ts';

/**
 * ENCRYPTION "keys": `chain u32 | step u16 | media key 32 | next chain u32 | next media key 32 | capture 9`.
 * Without a pending chain, next chain and key are zeros.
 */
export function encodeKeys({ chain, step, key, next }: KeysBody, capture: Capture): Bytes {
  return concat(
    littleEndian(chain, 4),
    littleEndian(step, 2),
    key,
    littleEndian(next?.chain ?? 0, 4),
    next?.key ?? new Uint8Array(keyLength),
    encodeCapture(capture),
  );
}

/**
 * The reverse, with keys that are the caller's own. Undefined for bytes that no `keys` encodes to: chain 0, a next
 * chain that is not above the present one, a next key without a chain.
 */
export function decodeKeys(body: Uint8Array): { keys: KeysBody; capture: Capture } | undefined {
  const fields = fieldsOf(body, 4, 2, keyLength, 4, keyLength, captureLength);
  if (fields === undefined) return undefined;
  const [chainBytes, step, key, nextChainBytes, nextKey, captureBytes] = fields;
  const capture = decodeCapture(captureBytes);
  const chain = fromLittleEndian(chainBytes);
  const nextChain = fromLittleEndian(nextChainBytes);
  if (capture === undefined || chain === 0) return undefined;
  if (nextChain === 0 ? nextKey.some((byte) => byte !== 0) : nextChain <= chain) return undefined;
  const next = nextChain === 0 ? undefined : { chain: nextChain, key: new Uint8Array(nextKey) };
  return { keys: { chain, step: fromLittleEndian(step), key: new Uint8Array(key), next }, capture };
}

/** Overwrites the keys in a body that has been used. */
export function forgetKeys({ key, next }: KeysBody): void {
  key.fill(0);
  next?.key.fill(0);
}
