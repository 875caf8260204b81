import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Router } from '../../src/server/compose.ts';
import { Gateway } from '../../src/server/gateway/gateway.ts';
import type { Inventory } from '../../src/shared/protocol/inventory.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import type { Result } from '../../src/shared/protocol/requests.ts';
import { held } from '../support/held-by-router.ts';
import { heldFields } from '../support/held-fields.ts';
import { MediaClient } from '../support/media-client.ts';
import { testCall, TestClient } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';

const [annasAddress, bensAddress] = ['127.4.3.1', '127.4.3.2'];

/** The places in `value` that a line's name leads to: `sources[].paused` is in every source. */
function placesOf(value: unknown, line: string): unknown[] {
  return line.split('.').reduce<unknown[]>(
    (values, part) => {
      const name = part.replace('[]', '');
      const next = values.map((one) => (one as Record<string, unknown>)[name]);
      return part.endsWith('[]') ? next.flat() : next;
    },
    [value],
  );
}

/** The names of every line of an inventory, as `held` names them: not below what stands there whole. */
function linesOf(value: object, known: ReadonlySet<string>, before = ''): string[] {
  return Object.entries(value).flatMap(([name, below]: [string, unknown]) => {
    const line = `${before}${name}`;
    if (known.has(line) || below === null || typeof below !== 'object') return [line];
    if (Array.isArray(below)) return below.flatMap((one: object) => linesOf(one, known, `${line}[].`));
    return linesOf(below, known, `${line}.`);
  });
}

describe('what a router holds on a participant', () => {
  const stack = new AsyncDisposableStack();
  let router: Router;
  let anna: TestClient;
  let joined: Result<'call.join'>;
  let annasMedia: MediaClient;
  const call = testCall();

  /** Two who speak and hear each other, one over UDP, one over TCP. */
  beforeAll(async () => {
    router = await startTestRouter();
    stack.defer(() => router.close());
    anna = stack.use(await TestClient.connect({ ...router, from: annasAddress }));
    joined = await anna.join(call);
    const ben = stack.use(await TestClient.connect({ ...router, from: bensAddress }));
    const { participantId } = await ben.join(call);
    annasMedia = stack.use(await MediaClient.create(anna, annasAddress, false));
    const bensMedia = stack.use(await MediaClient.create(ben, bensAddress, true));
    await Promise.all([annasMedia.speak(80), bensMedia.speak(80)]);
    await Promise.all([annasMedia.hear(participantId), bensMedia.hear(joined.participantId)]);
  });
  afterAll(() => stack.disposeAsync());

  const ask = (): Promise<Inventory> => anna.request('inventory', { from: 0 });

  test('is told with the values of the moment, and none of anybody else', async () => {
    const inventory = await ask();
    const fingerprint = annasMedia.known[0]?.fingerprint;
    expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/u);
    const transport = {
      iceState: 'completed',
      dtlsState: 'connected',
      address: { ip: annasAddress, protocol: 'udp' },
      clientFingerprint: fingerprint,
    };
    expect(inventory).toMatchObject({
      participantId: joined.participantId.key,
      call: { callId: call.id.key, participants: 2 },
      socket: { address: { ip: annasAddress }, unsentBytes: 0 },
      session: { channelKeysHeld: true, unanswered: 1, noticesHeldBack: 0 },
      rejoinTicketHashHeld: true,
      transports: [
        { direction: 'send', ...transport },
        { direction: 'receive', ...transport },
      ],
      sources: [{ source: 'microphone', paused: false, receivers: 1 }],
      subscriptions: [{ source: 'microphone', paused: false }],
      subscriptionsInAll: 1,
      relays: { waiting: 0, bytes: 0, allowance: 2 * limits.relayBurstPerParticipant },
    });
    for (const { bytesReceived, bytesSent } of inventory.transports)
      expect(Math.min(bytesReceived, bytesSent)).toBeGreaterThan(0);
    expect(JSON.stringify(inventory)).not.toContain(bensAddress);
  });

  test('has a line in the inventory, field by field, or a reason why it holds nothing on them', async () => {
    const fields = await heldFields(Gateway, (field) => held[field] === 'go on');
    expect([...fields].filter((field) => !(field in held))).toEqual([]);
    expect(Object.keys(held).filter((field) => !fields.has(field))).toEqual([]);
  });

  test('has no line that is not there, and no line that stands for nothing', async () => {
    const inventory = await ask();
    const lines = Object.values(held).flatMap((entry) => (entry !== 'go on' && 'lines' in entry ? entry.lines : []));
    const missing = lines.filter((line) => {
      const places = placesOf(inventory, line);
      return places.length === 0 || places.includes(undefined);
    });
    expect(missing).toEqual([]);
    const counted = ['transports[].bytesReceived', 'transports[].bytesSent']; // by the media process
    const known = new Set([...lines, ...counted, 'subscriptionsInAll', 'transports[].direction']);
    expect(linesOf(inventory, known).filter((line) => !known.has(line))).toEqual([]);
  });

  test('is told to participants only', async () => {
    using stranger = await TestClient.connect({ ...router, from: '127.4.3.3' });
    await expect(stranger.request('inventory', { from: 0 })).rejects.toThrow('not-joined');
  });

  test('leaves out as many subscriptions as asked', async () => {
    expect(await anna.request('inventory', { from: 1 })).toMatchObject({ subscriptions: [], subscriptionsInAll: 1 });
  });
});
