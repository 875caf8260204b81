import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Admission } from '../../../src/server/admission/admission.ts';
import { TokenAdmission } from '../../../src/server/admission/token-admission.ts';
import { settingsFrom } from '../../../src/server/settings/settings.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { random, SessionBench } from '../../support/session-bench.ts';
import { testCall, type TestCall } from '../../support/test-client.ts';
import { TestIssuer } from '../../support/test-issuer.ts';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.create();
});
afterAll(async () => {
  await issuer[Symbol.asyncDispose]();
});

/** A router that asks for tokens, and as many of them. */
async function setUp(count: number): Promise<{ bench: SessionBench; tokens: Bytes[] }> {
  const bench = new SessionBench();
  const { tokens: settings } = settingsFrom(issuer.settings);
  bench.admission = await TokenAdmission.create(settings ?? expect.fail(), bench.clock);
  return { bench, tokens: await issuer.tokens(count) };
}

describe('a channel of a router that asks for tokens', () => {
  test('spends one for all its peeks and its join', async () => {
    const { bench, tokens } = await setUp(1);
    const call = testCall();
    const client = bench.open().shakeHands();
    client.peek(1, call, tokens[0]);
    client.peek(2, call);
    client.join(3, call);
    expect(await client.answers(3)).toEqual(['1 ok', '2 ok', '3 ok']);
    const other = bench.open().shakeHands();
    other.join(1, call, tokens[0]);
    other.join(2, call);
    expect(await other.answers(2)).toEqual(['1 token-spent', '2 token-missing']);
  });

  test("of the router's own call is joined twice without one, within 10 s, and no other is", async () => {
    const { bench } = await setUp(1);
    const join = async (call: TestCall): Promise<string> => {
      const client = bench.open().shakeHands();
      client.join(1, call);
      return (await client.answers(1))[0] ?? '';
    };
    const [own, other, late] = [testCall(), testCall(), testCall()];
    bench.selfCalls.expect(own.id);
    expect(await join(other)).toBe('1 token-missing');
    const looking = bench.open().shakeHands();
    looking.peek(1, own);
    expect(await looking.answers(1)).toEqual(['1 token-missing']);
    expect([await join(own), await join(own), await join(own)]).toEqual(['1 ok', '1 ok', '1 token-missing']);
    bench.selfCalls.expect(late.id);
    bench.clock.advance(10_000);
    expect(await join(late)).toBe('1 token-missing');
    expect(await join(own)).toBe('1 token-missing');
  });

  test("of the router's own call takes nobody's token, and whoever has not its key does not join it", async () => {
    const { bench, tokens } = await setUp(1);
    const [own, other] = [testCall(), testCall()];
    bench.selfCalls.expect(own.id);
    const stranger = bench.open().shakeHands();
    stranger.join(1, { id: own.id, sign: (message) => other.sign(message) });
    await expect.poll(() => stranger.socket.closedFor).toBe('signature-wrong');
    const client = bench.open().shakeHands();
    client.join(1, own, tokens[0]);
    expect(await client.answers(1)).toEqual(['1 ok']);
    const guest = bench.open().shakeHands();
    guest.join(1, other, tokens[0]);
    expect(await guest.answers(1)).toEqual(['1 ok']);
  });

  test('keeps its admission when the call has no room', async () => {
    const { bench, tokens } = await setUp(1);
    const call = testCall();
    const client = bench.open().shakeHands();
    bench.pool.full = true;
    client.join(1, call, tokens[0]);
    expect(await client.answers(1)).toEqual(['1 router-full']);
    bench.pool.full = false;
    client.join(2, call);
    expect(await client.answers(1)).toEqual(['2 ok']);
  });

  test('needs none for a seat that it rejoins', async () => {
    const { bench, tokens } = await setUp(1);
    const lost = bench.open().shakeHands();
    lost.join(1, testCall(), tokens[0]);
    await lost.answered(1);
    const { ticket } = await lost.result(1, 'call.join');
    lost.session.closed(1006);
    const back = bench.open().shakeHands();
    back.rejoin(1, ticket);
    expect(await back.answers(1)).toEqual(['1 ok']);
  });

  test('may try three', async () => {
    const { bench } = await setUp(1);
    const call = testCall();
    const client = bench.open().shakeHands();
    for (const id of [1, 2, 3, 4]) client.join(id, call, random(354));
    expect(await client.answers(3)).toEqual(['1 token-refused', '2 token-refused', '3 token-refused']);
    await client.answers(0);
    expect(client.socket.closedFor).toBe('too-many');
  });

  test('that cannot sign for the call spends no token', async () => {
    const { bench, tokens } = await setUp(1);
    const [call, other] = [testCall(), testCall()];
    const stranger = bench.open().shakeHands();
    stranger.join(1, { id: call.id, sign: (message) => other.sign(message) }, tokens[0]);
    await stranger.answers(0);
    expect(stranger.socket.closedFor).toBe('signature-wrong');
    const client = bench.open().shakeHands();
    client.join(1, call, tokens[0]);
    expect(await client.answers(1)).toEqual(['1 ok']);
  });

  test('is told the same, of the same size, about a call that runs, one that is over and one that never was', async () => {
    const { bench, tokens } = await setUp(3);
    const [running, over, never] = [testCall(), testCall(), testCall()];
    for (const [number, call] of [running, over].entries()) {
      const client = bench.open().shakeHands();
      client.join(1, call, tokens[number]);
      await client.answers(1);
      if (call === over) client.leave(2);
    }
    const told = [running, over, never].map(async (call) => {
      const client = bench.open().shakeHands();
      client.peek(1, call);
      client.join(2, call, random(354));
      client.join(3, call, tokens[0]);
      const answers = await client.answers(3);
      return [...answers, client.socket.sent.slice(1).map(({ length }) => length)];
    });
    const expected = ['1 token-missing', '2 token-refused', '3 token-spent', [272, 272, 272]];
    expect(await Promise.all(told)).toEqual([expected, expected, expected]);
  });

  test('that is closed while its token is checked joins nothing', async () => {
    const { bench } = await setUp(1);
    let decide = (): void => expect.fail('nobody asked');
    const slow: Admission = {
      admit: () => new Promise<void>((resolve) => (decide = resolve)),
      told: () => undefined,
      [Symbol.dispose]: () => undefined,
    };
    bench.admission = slow;
    const client = bench.open().shakeHands();
    client.join(1, testCall(), random(354));
    await client.answers(0);
    client.session.closed(1006);
    decide();
    await client.answers(0);
    expect(bench.calls.participants).toBe(0);
    expect(bench.failures).toBe(0);
  });
});
