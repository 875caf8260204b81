import { describe, expect, test } from 'vitest';
import type { CloseReason } from '../../../src/shared/protocol/errors.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { toUtf8 } from '../../../src/shared/support/bytes.ts';
import { random, SessionBench as Bench, settled, type SessionClient as Client } from '../../support/session-bench.ts';
import { testCall } from '../../support/test-client.ts';

describe('a session', () => {
  test('is ended when its handshake is not complete in 10 s, hello or not', () => {
    const bench = new Bench();
    const [silent, shaken] = [bench.open(), bench.open()];
    bench.clock.advance(limits.handshakeMs - 1);
    shaken.shakeHands(); // a hello alone proves nothing: anybody can replay one
    expect([silent, shaken].map(({ socket }) => socket.closedFor)).toEqual([undefined, undefined]);
    bench.clock.advance(1);
    expect([silent, shaken].map(({ socket }) => socket.closedFor)).toEqual([
      'handshake-too-slow',
      'handshake-too-slow',
    ]);
  });

  test('stays when its first sealed message opened in time', async () => {
    const bench = new Bench();
    const client = bench.open().shakeHands();
    bench.clock.advance(limits.handshakeMs - 1);
    client.join(1, testCall());
    bench.clock.advance(limits.handshakeMs * 10);
    expect(await client.heard()).toEqual(['1 ok']);
    expect(client.socket.closedFor).toBeUndefined();
    expect(bench.clock.waiting).toBe(0);
  });

  test.each<[string, CloseReason, (client: Client) => void]>([
    [
      'a request before the handshake',
      'malformed',
      ({ session }) => {
        session.receive(toUtf8('\x01{"id":1}'));
      },
    ],
    [
      'nothing',
      'malformed',
      ({ session }) => {
        session.receive(new Uint8Array());
      },
    ],
    [
      'another version',
      'version-unknown',
      ({ session }) => {
        session.receive(new Uint8Array(49).fill(2));
      },
    ],
    [
      'a second hello',
      'not-opened',
      (client) => {
        client.shakeHands().session.receive(new Uint8Array(49).fill(1));
      },
    ],
    [
      'what does not open',
      'not-opened',
      (client) => {
        client.shakeHands().session.receive(random(272));
      },
    ],
    [
      'no JSON',
      'message-invalid',
      (client) => {
        client.shakeHands().sealed('call.join');
      },
    ],
    [
      'no request',
      'message-invalid',
      (client) => {
        client.shakeHands().sealed('{"id":1}');
      },
    ],
    [
      'other parameters',
      'message-invalid',
      (client) => {
        client.shakeHands().sealed('{"id":1,"request":"call.leave","params":{"now":true}}');
      },
    ],
    [
      'an id of no call',
      'message-invalid',
      (client) => {
        client.shakeHands().sealed(joinOf('A'.repeat(43)));
      },
    ],
    [
      'a request that there is none of',
      'request-unknown',
      (client) => {
        client.shakeHands().sealed('{"id":1,"request":"toString","params":{}}');
      },
    ],
    [
      'a request twice',
      'request-repeated',
      (client) => {
        client.shakeHands().leave(1);
        client.leave(1);
      },
    ],
    [
      'requests out of order',
      'request-repeated',
      (client) => {
        client.shakeHands().leave(2);
        client.leave(1);
      },
    ],
    [
      '65 requests at once',
      'too-many',
      (client) => {
        client.shakeHands();
        for (let id = 1; id <= 65; id += 1) client.leave(id);
      },
    ],
  ])('is ended by %s: %s', async (_, reason, act) => {
    const bench = new Bench();
    const client = bench.open();
    act(client);
    expect(client.socket.closedFor).toBe(reason);
    client.session.receive(random(272)); // what still comes in meets a closed session
    await settled();
    expect(bench.failures).toBe(0);
    expect(bench.clock.waiting).toBe(0);
  });

  test('joins once, with a signature of this channel and this call', async () => {
    const bench = new Bench();
    const [call, other] = [testCall(), testCall()];
    for (const sign of [
      (message: Uint8Array) => other.sign(message),
      (message: Uint8Array) => call.sign(message.slice(1)),
    ]) {
      const stranger = bench.open().shakeHands();
      stranger.join(1, { id: call.id, sign });
      expect(await stranger.heard()).toEqual([]);
      expect(stranger.socket.closedFor).toBe('signature-wrong');
    }
    const client = bench.open().shakeHands();
    client.join(1, call);
    expect(await client.heard()).toEqual(['1 ok']);
    expect(bench.calls.running).toBe(1);
    client.join(2, other);
    expect(await client.heard()).toEqual([]);
    expect(client.socket.closedFor).toBe('already-joined');
    expect(bench.calls.running).toBe(0);
  });

  test('answers requests in their order, though the first waits for its call to start', async () => {
    const bench = new Bench();
    let open: () => void = () => undefined;
    bench.pool.gate = new Promise((resolve) => {
      open = resolve;
    });
    const client = bench.open().shakeHands();
    client.join(1, testCall());
    client.join(2, testCall());
    expect(await client.heard()).toEqual([]);
    open();
    expect(await client.heard()).toEqual(['1 ok']);
    expect(client.socket.closedFor).toBe('already-joined');
  });

  test('relays at once what comes while another request is waiting for media, in its order', async () => {
    const bench = new Bench();
    const call = testCall();
    const [ada, ben] = [bench.open().shakeHands(), bench.open().shakeHands()];
    ada.join(1, call);
    ben.join(1, call);
    await Promise.all([ada.heard(), ben.heard()]);
    let open: () => void = () => undefined;
    const [media] = bench.pool.taken;
    if (media === undefined) throw new Error('no media');
    media.gate = new Promise((resolve) => {
      open = resolve;
    });
    ada.ask(2, 'transport.create', { direction: 'send' });
    ada.ask(3, 'relay.send', { toAll: Uint8Array.of(1) });
    ada.ask(4, 'relay.send', { toAll: Uint8Array.of(2) });
    expect(await ada.heard()).toEqual(['3 ok', '4 ok']);
    expect(await ben.heard()).toEqual(['relay.received']);
    open();
    expect(await ada.heard()).toEqual(['2 ok']);
    ada.leave(5);
    ada.ask(6, 'relay.send', { toAll: Uint8Array.of(3) });
    expect(await ada.heard()).toEqual(['6 ok', '5 ok']);
  });

  test('hears of others only after the answer to its own join', async () => {
    const bench = new Bench();
    const call = testCall();
    const both = [bench.open().shakeHands(), bench.open().shakeHands()] as const;
    for (const client of both) client.join(1, call);
    const [first, second] = [await both[0].heard(), await both[1].heard()];
    expect(first).toEqual(['1 ok', 'participant.joined']);
    expect(second).toEqual(['1 ok']);
  });

  test('that closes while its call is starting leaves no call behind', async () => {
    const bench = new Bench();
    let open: () => void = () => undefined;
    bench.pool.gate = new Promise((resolve) => {
      open = resolve;
    });
    const client = bench.open().shakeHands();
    client.join(1, testCall());
    await settled();
    client.session.closed(1006);
    open();
    await settled();
    expect(bench.calls.running).toBe(0);
    expect(bench.pool.taken[0]?.lifetime.reason).toBe('closed');
    expect(bench.failures).toBe(0);
  });

  test('that leaves is answered, then ended, and its seat is free', async () => {
    const bench = new Bench();
    const client = bench.open().shakeHands();
    client.join(1, testCall());
    client.leave(2);
    expect(await client.heard()).toEqual(['1 ok', '2 ok']);
    expect(client.socket.closedFor).toBe('left');
    expect(bench.calls.running).toBe(0);
  });

  test('in which something fails that should not is ended, and that is counted', async () => {
    const bench = new Bench();
    const client = bench.open().shakeHands();
    bench.pool.gate = Promise.reject(new Error('unexpected'));
    client.join(1, testCall());
    await settled();
    expect(client.socket.closedFor).toBe('internal');
    expect(bench.failures).toBe(1);
  });
});

function joinOf(callId: string): string {
  const signature = 'A'.repeat(86);
  return JSON.stringify({ id: 1, request: 'call.join', params: { callId, signature, profile: 'opus-vp8-vp9-av1' } });
}
