import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeCodes } from '../../src/shared/protocol/errors.ts';
import { toUtf8 } from '../../src/shared/support/bytes.ts';
import type { Router } from '../../src/server/compose.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FuzzedJson } from '../support/fuzzed-json.ts';
import { RunningCall } from '../support/running-call.ts';
import { TestClient } from '../support/test-client.ts';
import { RouterSocket, type Closed } from '../../src/tools/peers/router-socket.ts';
import { startTestRouter } from '../support/test-router.ts';
import { WatchedMedia } from '../support/watched-media.ts';

/** Messages at each of the four stages: 10,000 in all. */
const perStage = 2_500;
/** Sockets at once: fewer than the 500 handshakes that the router allows in the second which each batch lets pass. */
const batch = 480;
/** Sockets from one address in a batch: the burst that the router allows one. */
const perAddress = 20;
const seed = 20_261_122;

const documented: ReadonlySet<number> = new Set(Object.values(closeCodes));
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.uint8Array({ minLength: 49, maxLength: 49 }),
  fc.uint8Array({ minLength: 272, maxLength: 272 }),
  fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => new Uint8Array(60_000).fill(bytes[0] ?? 0)),
);
/** How to change good bytes: at a place (as a fraction of the length) put a value, cut, double, or append. */
const anyChange = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  by: fc.integer({ min: 1, max: 255 }),
  how: fc.constantFrom('put', 'cut', 'double', 'append'),
});
type Change = typeof anyChange extends fc.Arbitrary<infer T> ? T : never;

describe('10,000 random and mutated messages', () => {
  const clock = new FakeClock();
  const media = new WatchedMedia();
  let router: Router;
  let call: RunningCall;
  let addresses = 0;
  beforeAll(async () => {
    router = await startTestRouter({}, { clock, wrapMedia: media.wrap });
    call = await RunningCall.start(router, () => media.engine.router);
  });
  afterAll(async () => {
    call[Symbol.dispose]();
    await router.close();
  });

  /** Sends each of `messages` on a socket of its own; all must end with a documented code, and the call go on. */
  const each = async <T>(
    messages: readonly T[],
    play: (from: string, message: T) => Promise<Closed>,
  ): Promise<Map<string, number>> => {
    const reasons = new Map<string, number>();
    for (let start = 0; start < messages.length; start += batch) {
      clock.advance(1_000);
      const playing = messages.slice(start, start + batch).map((message, index) => {
        const address = addresses + Math.floor(index / perAddress);
        return play(`127.6.${Math.floor(address / 250)}.${1 + (address % 250)}`, message);
      });
      addresses += Math.ceil(batch / perAddress);
      for (const { code, reason } of await Promise.all([...playing, call.goesOn()]).then(
        (ends) => ends.slice(0, -1) as Closed[],
      )) {
        expect(documented, `${code} ${reason}`).toContain(code);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
    expect(reasons.get('too-many') ?? 0, 'turned away before it was heard').toBe(0);
    expect(reasons.get('internal') ?? 0, 'the router failed').toBe(0);
    await call.losesNothing();
    return reasons;
  };

  test('before a hello', async () => {
    const messages = fc.sample(anyBytes, { numRuns: perStage, seed });
    const reasons = await each(messages, async (from, message) => {
      const socket = await RouterSocket.open({ ...router, from });
      socket.send(message);
      socket.send(message); // where the first one happened to be a good hello, this one is none
      return socket.closed;
    });
    expect([...reasons.keys()].sort()).toEqual(expect.arrayContaining(['malformed', 'version-unknown']));
  }, 120_000);

  test('as a hello', async () => {
    const changes = fc.sample(anyChange, { numRuns: perStage, seed });
    const reasons = await each(changes, async (from, change) => {
      const client = await TestClient.hello({ ...router, from }, (hello) => changed(hello, change));
      client.send(new Uint8Array(272)); // a changed key or cookie is as good as any other; what follows cannot open
      return client.closed;
    });
    expect([...reasons.keys()].sort()).toEqual(expect.arrayContaining(['malformed', 'not-opened', 'version-unknown']));
  }, 120_000);

  test('sealed, and then changed', async () => {
    const changes = fc.sample(anyChange, { numRuns: perStage, seed });
    const reasons = await each(changes, async (from, change) => {
      const client = await TestClient.connect({ ...router, from });
      const sealed = client.channel.seal(toUtf8('{"id":1,"request":"call.leave","params":{}}'));
      client.socket.send(changed(sealed, change));
      return client.closed;
    });
    expect([...reasons.keys()]).toEqual(['not-opened']);
  }, 120_000);

  test('rightly sealed, with any JSON or changed fields', async () => {
    const mutations = fc.sample(FuzzedJson.arbitrary, { numRuns: perStage, seed });
    const reasons = await each(mutations, async (from, mutation) => {
      const client = await TestClient.connect({ ...router, from });
      client.sendSealed(toUtf8(mutation));
      // Where the change left a good request, it is answered; the same id once more is none.
      client.sendSealed(toUtf8('{"id":1,"request":"call.leave","params":{}}'));
      client.sendSealed(toUtf8('{"id":1,"request":"call.leave","params":{}}'));
      return client.closed;
    });
    expect([...reasons.keys()].sort()).toEqual(
      expect.arrayContaining(['message-invalid', 'request-repeated', 'request-unknown']),
    );
  }, 120_000);
});

function changed(bytes: Uint8Array, { at, by, how }: Change): Uint8Array {
  const place = Math.floor(at * bytes.length);
  switch (how) {
    case 'cut':
      return bytes.slice(0, place);
    case 'double':
      return new Uint8Array([...bytes, ...bytes]);
    case 'append':
      return new Uint8Array([...bytes, by]);
    case 'put':
      return bytes.map((byte, index) => (index === place ? (byte + by) % 256 : byte));
  }
}
