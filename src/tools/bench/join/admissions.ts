import { x25519 } from '@noble/curves/ed25519.js';
import { decodeInvitation, type Invitation } from '../../../client/encryption/call-key/invitation.ts';
import { generatePair, multiply } from '../../../server/keys/x25519.ts';
import type { OwnRouter } from '../../call/own-router.ts';
import { takeSeat } from '../../peers/take-seat.ts';
import { Crowd } from '../crowd/crowd.ts';
import { processorNs } from '../processor-time.ts';
import { rounded } from '../statistics.ts';

/** How many join at the same time: more than one keeps the router busy, and none waits long. */
const atOnce = 10;
/** How many join before it is measured, so that what is measured has been compiled. */
const warmUp = 50;
/** In how many calls, so that none of them is so large that telling the others is most of it. */
const calls = 8;
/** How many X25519 multiplications are timed. */
const multiplications = 200;

/** What letting somebody in costs the router, from the socket's opening to the answer to the join. */
export interface Admissions {
  readonly joins: number;
  /** Of the router's Node process. */
  readonly nsPerJoin: number;
  /** How many of them one core can bear, if it does nothing else. */
  readonly perSecondOnOneCore: number;
  /** One X25519 as the router does it (node:crypto), and in JavaScript; both give the same bytes. */
  readonly x25519: { readonly nativeUs: number; readonly javaScriptUs: number; readonly factor: number };
}

/** Has participants without media join some calls, and stay: what forgetting costs comes when they leave. */
export async function measureAdmissions(router: OwnRouter, joins: number): Promise<Admissions> {
  const invitations = await Promise.all(Array.from({ length: calls }, () => invitationTo(router)));
  await using stack = new AsyncDisposableStack();
  let begun = 0;
  const one = async (): Promise<void> => {
    begun += 1;
    const invitation = invitations[begun % calls];
    if (invitation === undefined) throw new RangeError('no such call');
    const { callKey, routerKey } = invitation;
    const from = `127.61.${Math.floor(begun / 200)}.${1 + (begun % 200)}`;
    stack.use((await takeSeat({ address: router.url, routerKey, from }, callKey)).client);
  };
  const until = async (number: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (begun < number) await one();
      }),
    );
  };
  await until(warmUp);
  const before = { ns: await processorNs([router.pid]), begun };
  await until(begun + joins);
  const measured = begun - before.begun;
  const nsPerJoin = ((await processorNs([router.pid])) - before.ns) / measured;
  return {
    joins: measured,
    nsPerJoin: rounded(nsPerJoin, 0),
    perSecondOnOneCore: rounded(1e9 / nsPerJoin, 0),
    x25519: timeX25519(),
  };
}

async function invitationTo({ url }: OwnRouter): Promise<Invitation> {
  await using crowd = await Crowd.at(url, '127.61');
  const invitation = decodeInvitation(new URL(crowd.link).hash);
  if (typeof invitation === 'string') throw new Error(invitation);
  return invitation;
}

function timeX25519(): Admissions['x25519'] {
  const [own, peer] = [generatePair(), generatePair()];
  const ways = { native: multiply, javaScript: x25519.scalarMult };
  // Time on a core, not on the clock: others have it, too.
  const us = (way: typeof multiply): number => {
    const before = process.cpuUsage().user;
    for (let number = 0; number < multiplications; number += 1) way(own.secretKey, peer.publicKey);
    return (process.cpuUsage().user - before) / multiplications;
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
