import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CodedError, closeCodes } from '../../src/shared/protocol/errors.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import type { Params } from '../../src/shared/protocol/requests.ts';
import { littleEndian } from '../../src/shared/support/bytes.ts';
import { RouterSocket } from '../../src/tools/peers/router-socket.ts';
import { CountedCall } from '../support/counted-call.ts';
import { startRouterProcess, type RouterProcess } from '../support/router-process.ts';
import { silentSocket } from '../support/silent-socket.ts';
import { testCall, TestClient, type TestCall } from '../support/test-client.ts';

/** Packets of the call beside it that are looked at, and the share of them that a busy machine may lose by chance. */
const packets = 400;
const byChance = 0.05;

/** An address of loopback of its own for each, so that nobody's handshakes count for another. */
function addressOf(number: number): string {
  return `127.80.${Math.floor(number / 200)}.${1 + (number % 200)}`;
}

/** Members of one call, all there. */
class Members implements Disposable {
  readonly clients: readonly TestClient[];

  static async join(router: RouterProcess, call: TestCall, count: number, from: string): Promise<Members> {
    const clients = Array.from({ length: count }, async () => {
      const client = await TestClient.connect({ ...router, from });
      await client.join(call);
      return client;
    });
    return new Members(await Promise.all(clients));
  }

  constructor(clients: readonly TestClient[]) {
    this.clients = clients;
  }

  /** Everybody says something to all. Resolves when everybody has it of everybody else. */
  async talk(): Promise<void> {
    await Promise.all(this.clients.map((client, index) => relay(client, { toAll: littleEndian(index, 4) })));
    await Promise.all(
      this.clients.map(async (client) => {
        for (let heard = 0; heard < this.clients.length - 1;)
          heard += (await client.notice('relay.received')).list.length;
      }),
    );
  }

  [Symbol.dispose](): void {
    for (const client of this.clients) client[Symbol.dispose]();
  }
}

test('200 calls of three at once: everybody hears everybody, and the media of some of them gets through', async () => {
  await using router = await startRouterProcess({ SOTTO_MEDIA_PORTS: '30600-30849', SOTTO_ADMIN_PORT: '0' });
  await using stack = new AsyncDisposableStack();
  const calls: Members[] = [];
  // In waves: all of these clients are in one process, which has pings to answer as well.
  while (calls.length < 197) {
    const wave = Array.from({ length: Math.min(20, 197 - calls.length) }, async (_, index) =>
      Members.join(router, testCall(), 3, addressOf(calls.length + index)),
    );
    for (const call of await Promise.all(wave)) calls.push(stack.use(call));
  }
  const counted = await Promise.all(
    [201, 202, 203].map(async (number) => stack.use(await CountedCall.start(router, addressOf(number)))),
  );
  await Promise.all(calls.map((call) => call.talk()));
  const lost = await Promise.all(counted.map((call) => call.lost(packets)));
  expect(Math.max(...lost)).toBeLessThanOrEqual(byChance * packets);
}, 120_000);

test('1,000 sockets that say nothing end after 10 s, and a call goes on beside them', async () => {
  await using router = await startRouterProcess();
  await using call = await CountedCall.start(router, addressOf(0));
  const webSockets = Promise.all(
    Array.from({ length: 500 }, (_, number) =>
      RouterSocket.open({ address: router.address, from: addressOf(1 + Math.floor(number / 10)) }),
    ),
  );
  const bare = Array.from({ length: 500 }, (_, number) => silentSocket(router.address, addressOf(number)));
  const ends = (await webSockets).map((socket) => socket.closed);
  expect(await call.lost(packets)).toBeLessThanOrEqual(byChance * packets);
  using late = await TestClient.connect({ ...router, from: addressOf(300) });
  await late.join(testCall());
  expect(new Set((await Promise.all(ends)).map(({ code }) => code))).toEqual(
    new Set([closeCodes['handshake-too-slow']]),
  );
  await Promise.all(bare.map(({ closed }) => closed));
}, 60_000);

test('when 60 storm a call for 40, 40 are in it and hear each other, and 20 are told that it is full', async () => {
  await using router = await startRouterProcess({ SOTTO_PARTICIPANT_LIMIT: '40' });
  const call = testCall();
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, number) =>
      Members.join(router, call, 1, addressOf(number)).catch((error: unknown) => error),
    ),
  );
  const refused = answers
    .filter((answer): answer is CodedError => answer instanceof CodedError)
    .map(({ code }) => code);
  expect([refused.length, new Set(refused)]).toEqual([20, new Set(['call-full'])]);
  using joined = new Members(
    answers.filter((answer): answer is Members => answer instanceof Members).flatMap(({ clients }) => clients),
  );
  expect(joined.clients.length).toBe(40);
  await joined.talk();
}, 60_000);

test('who does not read is soon gone for the others, and nobody waits with it', async () => {
  await using router = await startRouterProcess();
  const call = testCall();
  using members = await Members.join(router, call, 2, addressOf(0));
  using slow = await TestClient.connect({ ...router, from: addressOf(1) });
  const { participantId } = await slow.join(call);
  slow.socket.webSocket.pause();
  let isThere = true;
  const gone = Promise.all(members.clients.map((client) => client.notice('participant.left')));
  void gone.then(() => (isThere = false));
  const bytes = new Uint8Array(limits.relayToOneBytes).fill(7);
  const flood = members.clients.map(async (client) => {
    while (isThere) await relay(client, { list: [{ to: participantId, bytes }] });
  });
  await Promise.all([gone, ...flood]);
  await members.talk();
}, 90_000);

/** Sends a relay, again and again while it is one too many. */
async function relay(client: TestClient, params: Params<'relay.send'>): Promise<void> {
  for (;;)
    try {
      await client.request('relay.send', params);
      return;
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'relay-too-often') throw error;
      await after(50);
    }
}
