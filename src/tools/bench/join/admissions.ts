import { x25519 } from '@noble/curves/ed25519.js';
import { decodeInvitation } from '../../../client/encryption/call-key/invitation.ts';
import { generatePair, multiply } from '../../../server/keys/x25519.ts';
import type { OwnRouter } from '../../call/own-router.ts';
import { takeSeat } from '../../peers/take-seat.ts';
import { Crowd } from '../crowd/crowd.ts';
import { processorNs } from '../processor-time.ts';
import { rounded } from '../statistics.ts';

/** How many join at the same time: more than one keeps the router busy, and none waits long. */
const atOnce = 10;
/** How many X25519 multiplications are timed. */
const multiplications = 200;

/** What letting somebody in costs the router, from the socket's opening to the socket's end. */
export interface Admissions {
  readonly joins: number;
  /** Of the router's Node process. */
  readonly nsPerJoin: number;
  /** How many of them one core can bear, if it does nothing else. */
  readonly perSecondOnOneCore: number;
  /** One X25519 as the router does it (node:crypto), and in JavaScript; both give the same bytes. */
  readonly x25519: { readonly nativeUs: number; readonly javaScriptUs: number; readonly factor: number };
}

/** Has participants without media join one call and leave again. */
export async function measureAdmissions(router: OwnRouter, joins: number): Promise<Admissions> {
  await using crowd = await Crowd.at(router.url, '127.61');
  const invitation = decodeInvitation(new URL(crowd.link).hash);
  if (typeof invitation === 'string') throw new Error(invitation);
  const { callKey, routerKey } = invitation;
  let begun = 0;
  const one = async (): Promise<void> => {
    begun += 1;
    const from = `127.61.${1 + Math.floor(begun / 200)}.${1 + (begun % 200)}`;
    const { client } = await takeSeat({ address: router.url, routerKey, from }, callKey);
    client[Symbol.dispose]();
    await client.closed;
  };
  const [keeper] = await Promise.all([
    takeSeat({ address: router.url, routerKey, from: '127.61.0.1' }, callKey),
    one(),
  ]);
  const before = await processorNs([router.pid]);
  const queue = Array.from({ length: atOnce }, async () => {
    while (begun <= joins) await one();
  });
  await Promise.all(queue);
  const nsPerJoin = ((await processorNs([router.pid])) - before) / (begun - 1);
  keeper.client[Symbol.dispose]();
  return {
    joins: begun - 1,
    nsPerJoin: rounded(nsPerJoin, 0),
    perSecondOnOneCore: rounded(1e9 / nsPerJoin, 0),
    x25519: timeX25519(),
  };
}

function timeX25519(): Admissions['x25519'] {
  const [own, peer] = [generatePair(), generatePair()];
  const ways = { native: multiply, javaScript: x25519.scalarMult };
  const us = (way: typeof multiply): number => {
    const start = performance.now();
    for (let number = 0; number < multiplications; number += 1) way(own.secretKey, peer.publicKey);
    return ((performance.now() - start) * 1_000) / multiplications;
  };
  const [a, b] = [ways.native, ways.javaScript].map((way) => Buffer.from(way(own.secretKey, peer.publicKey)));
  if (a === undefined || b === undefined || !a.equals(b)) throw new Error('Two X25519 that differ.');
  const [nativeUs, javaScriptUs] = [us(ways.native), us(ways.javaScript)];
  return {
    nativeUs: rounded(nativeUs, 1),
    javaScriptUs: rounded(javaScriptUs, 1),
    factor: rounded(javaScriptUs / nativeUs, 1),
  };
}
