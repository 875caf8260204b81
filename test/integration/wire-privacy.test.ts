import { isIP } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Router } from '../../src/server/compose.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import { notices } from '../../src/shared/protocol/notices.ts';
import { requests } from '../../src/shared/protocol/requests.ts';
import { fromBase64Url, type Bytes } from '../../src/shared/support/bytes.ts';
import { addressBytes } from '../forget/needles.ts';
import { MediaClient } from '../support/media-client.ts';
import { testCall, TestClient, type TestCall } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';

const froms = ['127.71.83.97', '127.101.37.59', '127.41.89.73', '127.67.43.109'];
/** What comes with a message in its box: 16 bytes of authenticator. */
const boxBytes = 16;
const camera = {
  source: 'camera' as const,
  rtpParameters: {
    mid: '1',
    codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 }],
    encodings: [{ ssrc: 4_711 }],
  },
};

/** A participant, and every message between it and the router: opened, and as large as it was on the wire. */
class Overheard {
  readonly from: string;
  readonly client: TestClient;
  /** What it was sent, as JSON. */
  readonly heard: string[] = [];
  readonly said: string[] = [];
  readonly sizes = new Set<number>();

  static async connect(router: Router, from: string): Promise<Overheard> {
    return new Overheard(from, await TestClient.connect({ ...router, from }));
  }

  private constructor(from: string, client: TestClient) {
    this.from = from;
    this.client = client;
    const { channel } = client;
    const [open, seal] = [channel.open.bind(channel), channel.seal.bind(channel)];
    channel.open = (box) => {
      const message = open(box);
      this.sizes.add(box.length);
      this.heard.push(Buffer.from(message).toString());
      return message;
    };
    channel.seal = (message) => {
      const box = seal(message);
      this.sizes.add(box.length);
      this.said.push(Buffer.from(message).toString());
      return box;
    };
  }
}

/** A call in which everybody does everything there is to do. */
async function wholeCall(router: Router): Promise<Overheard[]> {
  const call = testCall();
  const people: Overheard[] = [];
  const media: MediaClient[] = [];
  let firstId: Id | undefined;
  for (const [number, from] of froms.entries()) {
    const person = await Overheard.connect(router, from);
    people.push(person);
    await person.client.request('router.info', { nonce: new Uint8Array(limits.nonceBytes) });
    await person.client.peek(call);
    const { participantId, others } = await person.client.join(call);
    firstId ??= participantId;
    const own = await MediaClient.create(person.client, from, number % 2 === 1);
    media.push(own);
    await own.speak(80);
    const [other] = others;
    if (other !== undefined) await exchange(person.client, own, other.participantId);
    await person.client.request('relay.send', { list: [{ to: participantId, bytes: new Uint8Array(700) }] });
  }
  const [first, second] = people;
  if (first !== undefined && second !== undefined) await watch(first.client, firstId, second.client);
  for (const { client } of people) await everythingElse(client);
  people.push(await backAgain(router, call, people));
  for (const { client } of people.toReversed()) {
    await client.request('inventory', { from: 0 }).catch(() => undefined);
    await client.request('call.leave', {}).catch(() => undefined);
    await client.closed;
  }
  for (const own of media) await own[Symbol.asyncDispose]();
  return people;
}

type Id = Awaited<ReturnType<TestClient['join']>>['participantId'];

async function exchange(client: TestClient, media: MediaClient, other: Id): Promise<void> {
  await media.hear(other);
  const of = { participantId: other, source: 'microphone' } as const;
  await client.request('consumer.request-key-frame', of);
  await client.request('subscription.set', { ...of, wanted: null, priority: 0 });
  await client.request('relay.send', { list: [{ to: other, bytes: new Uint8Array(3_000) }] });
}

/** One opens a camera, another looks at it, and both are told what comes of it. */
async function watch(watched: TestClient, id: Id | undefined, watcher: TestClient): Promise<void> {
  if (id === undefined) throw new Error('nobody has joined');
  await watched.request('producer.create', camera);
  const of = { participantId: id, source: 'camera' } as const;
  await watcher.request('subscription.set', { ...of, wanted: { height: 720, framesPerSecond: 30 }, priority: 1 });
  await watcher.request('consumer.resume', of);
  await watcher.notice('subscription.changed');
  await watched.notice('source.wanted');
  await watched.request('producer.close', { source: 'camera' });
}

async function everythingElse(client: TestClient): Promise<void> {
  await client.request('relay.send', { toAll: new Uint8Array(4_000) });
  await client.request('producer.create', camera);
  for (const name of ['producer.pause', 'producer.resume', 'producer.close'] as const)
    await client.request(name, { source: 'camera' });
  await client.request('transport.restart-ice', { direction: 'send' });
  await client.request('state.update', { state: new Uint8Array(96) });
  await client.request('inventory', { from: 0 });
}

/** The first one loses its socket and comes back from another address. */
async function backAgain(router: Router, call: TestCall, people: readonly Overheard[]): Promise<Overheard> {
  const newcomer = await Overheard.connect(router, '127.53.61.47');
  const { ticket } = await newcomer.client.join(call);
  newcomer.client.vanish();
  await newcomer.client.closed;
  const back = await Overheard.connect(router, '127.31.103.79');
  await back.client.rejoin(ticket);
  await people[0]?.client.notice('participant.joined');
  return back;
}

describe('a whole call', () => {
  let router: Router;
  let people: Overheard[];
  beforeAll(async () => {
    router = await startTestRouter();
    people = await wholeCall(router);
  }, 60_000);
  afterAll(async () => {
    await router.close();
  });

  test('has every request and every notice in it', () => {
    const said = people.flatMap((person) => person.said).join('\n');
    for (const request of Object.keys(requests)) expect(said).toContain(`"request":"${request}"`);
    const heard = people.flatMap((person) => person.heard).join('\n');
    const never = ['router.draining', 'media.renewed'];
    for (const notice of Object.keys(notices)) {
      if (!never.includes(notice)) expect(heard).toContain(`"notice":"${notice}"`);
    }
  });

  test('tells nobody the address of another, in no form', () => {
    for (const { from, heard } of people) {
      const text = heard.join('\n');
      expect(text.includes(from), 'its own address is in its inventory').toBe(true);
      const raw = bytesIn(text);
      for (const other of [...froms, '127.53.61.47', '127.31.103.79'].filter((one) => one !== from)) {
        expect(text).not.toContain(other);
        expect(addressBytes(other).filter((bytes) => raw.includes(bytes))).toEqual([]);
        expect(addressBytes(other).filter((bytes) => text.includes(bytes.toString('hex')))).toEqual([]);
      }
    }
  });

  test('has in it no address but the router’s own and, in its inventory, that of whoever reads it', () => {
    const own = new URL(router.address).hostname.replace('localhost', '127.0.0.1');
    for (const { from, heard } of people) {
      const addresses = heard.flatMap(
        (text) => text.match(/\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]*:[0-9a-f]+/gi) ?? [],
      );
      const foreign = addresses.filter((address) => isIP(address) !== 0 && address !== own && address !== from);
      expect(foreign).toEqual([]);
      const candidates = heard.flatMap((text) => text.match(/"iceCandidates":\[[^\]]*\]/g) ?? []);
      for (const candidate of candidates) expect(candidate).toContain(`"${own}"`);
    }
  });

  test('has messages of a few sizes only, both ways: powers of two from 256 bytes on, and the box', () => {
    const sizes = [...new Set(people.flatMap((person) => [...person.sizes]))].map((size) => size - boxBytes);
    expect(sizes.length).toBeGreaterThan(3);
    for (const size of sizes) expect([256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536]).toContain(size);
  });
});

/** All that stands in a text as base64url, as bytes. */
function bytesIn(text: string): Buffer {
  const words = text.match(/[\w-]{6,}/g) ?? [];
  return Buffer.concat(words.map((word): Bytes => fromBase64Url(word) ?? new Uint8Array()));
}
