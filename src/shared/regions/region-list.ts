import { ed25519 } from '@noble/curves/ed25519.js';
import { z } from 'zod';
import { isSigningKey } from '../identity/signing-key.ts';
import { CodedError } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import { bytesField } from '../protocol/wire.ts';
import { isCanonicalKey } from '../sealing/public-key.ts';
import { concat, fromBase64Url, littleEndian, toBase64Url, toUtf8, type Bytes } from '../support/bytes.ts';
import { isLoopbackHost } from '../support/loopback.ts';

/** What a router calls its region: a label like those of host names, in lower case. */
export const regionName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/);

const listedRouter = z.strictObject({
  region: regionName,
  url: z.string().max(limits.listedUrlLength).refine(isRouterUrl),
  routerKey: z.string().refine((text) => isCanonicalKey(fromBase64Url(text) ?? new Uint8Array())),
});

/** What an operator says of one router: where it is, what it is called, and the key to believe it by (base64url). */
export type ListedRouter = z.output<typeof listedRouter>;

/** What is signed: the routers of one operator, in the order in which they are preferred when equally near. */
export const regionList = z.strictObject({
  /** When it stops being believed, in seconds since 1970. */
  expires: z.int().min(0),
  routers: z
    .array(listedRouter)
    .min(1)
    .max(limits.listedRouters)
    .refine((all) => isUnlike(all.map(({ url }) => url)) && isUnlike(all.map(({ routerKey }) => routerKey))),
});
export type RegionList = z.output<typeof regionList>;

/** The list as a file (PROTOCOL section 10). */
const signedRegionList = regionList.extend({ version: z.literal(1), signature: bytesField(64, 64) });

/** Why a list is not believed: it is none, somebody else's or changed, or of the past. */
export type RegionListFlaw = 'list-malformed' | 'list-not-signed' | 'list-expired';

/** Goes before all that is signed: the signature is good for nothing else. */
const label = toUtf8('sotto/1 regions');

/** The list as a file, signed with the Ed25519 key of 32 secret bytes. */
export function signRegionList(list: RegionList, secretKey: Uint8Array): string {
  const signature = new Uint8Array(ed25519.sign(signedBytes(list), secretKey));
  return `${JSON.stringify({ version: 1, ...list, signature: toBase64Url(signature) }, undefined, 2)}\n`;
}

/**
 * The list in a file, if `publicKey` (Ed25519, 32 bytes) signed it and it has not expired at `nowMs` since 1970. Throws
 * CodedError of a RegionListFlaw.
 */
export function openRegionList(text: string, publicKey: Uint8Array, nowMs: number): RegionList {
  const list = openUndated(text, publicKey);
  if (list.expires * 1_000 <= nowMs) throw new CodedError<RegionListFlaw>('list-expired');
  return list;
}

/** The same whenever it expires. */
export function openUndated(text: string, publicKey: Uint8Array): RegionList {
  const { expires, routers, signature } = parse(text);
  const list = { expires, routers };
  // RFC 8032 section 5.1.7, not ZIP 215: what one client believes every other one does.
  const isSigned =
    isSigningKey(publicKey) && ed25519.verify(signature, signedBytes(list), publicKey, { zip215: false });
  if (!isSigned) throw new CodedError<RegionListFlaw>('list-not-signed');
  return list;
}

function parse(text: string): z.output<typeof signedRegionList> {
  const malformed = new CodedError<RegionListFlaw>('list-malformed');
  if (toUtf8(text).length > limits.regionListBytes) throw malformed;
  try {
    return signedRegionList.parse(JSON.parse(text));
  } catch {
    throw malformed;
  }
}

/** PROTOCOL section 10: every field, each with its length or of a fixed one, so that no two lists have the same bytes. */
function signedBytes({ expires, routers }: RegionList): Bytes {
  const parts = routers.map(({ region, url, routerKey }) =>
    concat(withLength(region), withLength(url), fromBase64Url(routerKey) ?? new Uint8Array()),
  );
  return concat(label, littleEndian(expires, 8), littleEndian(routers.length, 1), ...parts);
}

function withLength(text: string): Bytes {
  const bytes = toUtf8(text);
  return concat(littleEndian(bytes.length, 1), bytes);
}

/** An origin (RFC 6454) over TLS, or one of this machine itself. */
function isRouterUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url?.origin !== text) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}

function isUnlike(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
