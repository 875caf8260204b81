import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { random, SessionBench, settled, type SessionClient } from '../../support/session-bench.ts';
import { seatParams, testCall, TestSeat } from '../../support/test-client.ts';
import type { Params } from '../../../src/shared/protocol/requests.ts';
import { isSigningKey } from '../../../src/shared/identity/signing-key.ts';
import { lowOrderKeys } from './low-order-keys.ts';

const givenUp: Readonly<Record<string, (client: SessionClient) => void>> = {
  'by a page that goes away'({ session }) {
    session.closed(4000);
  },
  'for what the library found wrong'({ session }) {
    session.closed(4001);
  },
  'for nonsense'(client) {
    client.sealed('nonsense');
  },
  'for a request that there is none of'(client) {
    client.sealed('{"id":9,"request":"x","params":{}}');
  },
  'for what does not open'({ session }) {
    session.receive(random(272));
  },
  'for a second join'(client) {
    client.join(2, testCall());
  },
};

describe('a session with a seat', () => {
  test('whose socket the network ends has its seat held, and gets it back over another, with notices after the answer', async () => {
    const bench = new SessionBench();
    const call = testCall();
    const [steady, lost] = [bench.open().shakeHands(), bench.open().shakeHands()];
    steady.join(1, call);
    await steady.heard();
    lost.join(1, call);
    const joined = await lost.result(1, 'call.join');
    lost.session.closed(1006);
    const back = bench.open().shakeHands();
    back.rejoin(1, joined.ticket);
    const newcomer = bench.open().shakeHands();
    newcomer.join(1, call);
    const rejoined = await back.result(1, 'call.rejoin');
    expect(rejoined.participantId.key).toBe(joined.participantId.key);
    expect(await steady.heard()).toEqual(['participant.joined', 'participant.joined']);
    expect(await back.heard()).toEqual(rejoined.others.length === 1 ? ['participant.joined'] : []);
    back.join(2, call);
    expect(await back.heard()).toEqual([]);
    expect(back.socket.closedFor).toBe('already-joined');
  });

  test('on which a seat is rejoined ends the socket that had it, and what that still asks is not done', async () => {
    const bench = new SessionBench();
    const before = bench.open().shakeHands();
    before.join(1, testCall());
    const { ticket } = await before.result(1, 'call.join');
    const after = bench.open().shakeHands();
    after.rejoin(1, ticket);
    before.ask(2, 'transport.create', { direction: 'send' });
    await settled();
    const ends = [before.socket.closedFor, after.socket.closedFor];
    expect(ends).toEqual(['taken-over', undefined]);
    expect(bench.pool.taken[0]?.transports).toEqual([]);
  });

  test('that shows a ticket which is no good is refused, told nothing, and may still join', async () => {
    const bench = new SessionBench();
    const client = bench.open().shakeHands();
    client.rejoin(1, random(limits.ticketBytes));
    client.join(2, testCall());
    expect(await client.heard()).toEqual(['1 ticket-refused', '2 ok']);
  });

  test.each([
    [1006, 'the network'],
    [1001, 'the browser'],
    [1000, 'a client that waited for nothing'],
  ])('that is ended with %i, by %s, has its seat held', async (code) => {
    const { bench, client } = await joined();
    client.session.closed(code);
    expect(bench.calls.running).toBe(1);
    bench.clock.advance(limits.seatHeldMs);
    expect(bench.calls.running).toBe(0);
  });

  test.each(['silent-too-long', 'reads-too-slowly'] as const)('that ends for %s has its seat held', async (reason) => {
    const { bench, client } = await joined();
    client.session.end(reason);
    expect(bench.calls.running).toBe(1);
  });

  test.each(Object.entries(givenUp))('that is ended %s has its seat given up at once', async (_, end) => {
    const { bench, client } = await joined();
    end(client);
    await settled();
    expect(bench.calls.running).toBe(0);
    expect(bench.clock.waiting).toBe(0);
  });
});

async function joined(): Promise<{ bench: SessionBench; client: SessionClient }> {
  const bench = new SessionBench();
  const client = bench.open().shakeHands();
  client.join(1, testCall());
  expect(await client.heard()).toEqual(['1 ok']);
  return { bench, client };
}

describe('a join', () => {
  const call = testCall();
  const seat = new TestSeat();

  /** What the router makes of a join whose seat is proved like that. */
  async function joinWith(proof: (client: SessionClient) => Pick<Params<'call.join'>, 'seatKey' | 'seatSignature'>) {
    const client = new SessionBench().open().shakeHands();
    client.join(1, call, undefined, proof(client));
    await settled();
    return client.socket.closedFor ?? (await client.heard()).join();
  }

  test('with a seat key that signs for this channel and call takes the seat of that key', async () => {
    expect(await joinWith((client) => client.seatParams(call.id, seat))).toBe('1 ok');
  });

  test('with a seat signature that is forged, of another channel, of another call or by another key ends its socket', async () => {
    const other = new SessionBench().open().shakeHands();
    const forgeries: Parameters<typeof joinWith>[0][] = [
      () => ({ seatKey: seat.publicKey, seatSignature: random(64) }),
      () => other.seatParams(call.id, seat),
      (client) => client.seatParams(testCall().id, seat),
      (client) => ({ ...client.seatParams(call.id), seatKey: seat.publicKey }),
      (client) => seatParams(client.channel, random(32), call.id, seat), // for another router
    ];
    for (const forgery of forgeries) expect(await joinWith(forgery)).toBe('signature-wrong');
  });

  test.each(lowOrderKeys)('with a seat key for which anybody could sign ends its socket: %s', async (_, seatKey) => {
    // R = A, S = 0 verifies under a key of small order wherever the check is lax.
    const seatSignature = new Uint8Array(64);
    seatSignature.set(seatKey);
    expect(isSigningKey(seatKey)).toBe(false); // whatever the OpenSSL in use would say
    expect(await joinWith(() => ({ seatKey, seatSignature }))).toBe('signature-wrong');
  });
});
