import { hexToBytes } from '@noble/hashes/utils.js';
import { readFileSync } from 'node:fs';
import nacl from 'tweetnacl';
import { z } from 'zod';
import { multiply as nodeMultiply } from '../../../src/server/keys/x25519.ts';
import type { Multiply } from '../../../src/shared/sealing/public-key.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';

const hex = z.string().transform((text): Bytes => new Uint8Array(hexToBytes(text)));
const sealed = z.array(z.object({ message: z.string(), counter: z.int(), padded: z.int(), box: hex }));

const schema = z.object({
  version: z.int(),
  router: z.object({ secretKey: hex, publicKey: hex }),
  client: z.object({ ephemeralSecretKey: hex, ephemeralPublicKey: hex, cookie: hex }),
  routerEphemeral: z.object({ secretKey: hex, publicKey: hex, cookie: hex }),
  clientHello: hex,
  routerHello: hex,
  fromClient: sealed,
  fromRouter: sealed,
  refusedPublicKeys: z.array(z.object({ what: z.string(), publicKey: hex })),
});

const file = new URL('../../vectors/sealed-channel.json', import.meta.url);

/** The sealed channel's vectors, fresh each time: code under test overwrites secrets. */
export function vectors(): z.output<typeof schema> {
  return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** X25519 as the router does it, and as a browser does it. */
export const multiplications: readonly { name: string; multiply: Multiply }[] = [
  { name: 'node:crypto', multiply: nodeMultiply },
  { name: 'tweetnacl', multiply: (secretKey, publicKey) => nacl.scalarMult(secretKey, publicKey) },
];
