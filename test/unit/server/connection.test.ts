import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { Connection } from '../../../src/server/gateway/connection.ts';
import type { Session } from '../../../src/server/session/session.ts';
import type { CloseReason } from '../../../src/shared/protocol/errors.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A connection whose WebSocket never gets anything sent, and why its session was ended. */
function setUp() {
  const webSocket = Object.assign(new EventEmitter(), {
    bufferedAmount: 0,
    pings: 0,
    send: ({ length }: Uint8Array) => {
      webSocket.bufferedAmount += length;
    },
    ping: () => {
      webSocket.pings += 1;
    },
  });
  const ended: CloseReason[] = [];
  const session = { end: (reason: CloseReason) => ended.push(reason) };
  const clock = new FakeClock();
  const below = { tcp: new Socket(), handshakes: { counts: () => false } };
  const open = (): Session => session as unknown as Session;
  return {
    connection: new Connection(webSocket as unknown as WebSocket, below, clock, open),
    webSocket,
    clock,
    ended,
  };
}

test('a connection ends when more waits for its reader than may', () => {
  const { connection, ended } = setUp();
  connection.send(new Uint8Array(limits.backlogBytes));
  expect(ended).toEqual([]);
  connection.send(new Uint8Array(1));
  expect(ended).toEqual(['reads-too-slowly']);
});

test('a connection that leaves pings unanswered for 10 s ends, one that answers does not', () => {
  const { webSocket, clock, ended } = setUp();
  for (const pings of [1, 2, 3]) {
    clock.advance(limits.pingMs);
    expect(webSocket.pings).toBe(pings);
    webSocket.emit('pong');
  }
  clock.advance(2 * limits.pingMs);
  expect(ended).toEqual([]);
  clock.advance(limits.pingMs);
  expect(ended).toEqual(['silent-too-long']);
});
