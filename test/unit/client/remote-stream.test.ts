import { describe, expect, test } from 'vitest';
import { RequestPace } from '../../../src/client/call/attention/pace.ts';
import { RemoteStream, type Wish } from '../../../src/client/call/remote-stream.ts';
import type { Ask } from '../../../src/client/signalling/router-connection.ts';
import { ParticipantId } from '../../../src/shared/identity/participant-id.ts';
import { CodedError, type RequestError } from '../../../src/shared/protocol/errors.ts';
import { FakeClock, settle } from './fake-clock.ts';

function somebody(): ParticipantId {
  const id = ParticipantId.from(new Uint8Array(16).fill(7));
  if (id === undefined) throw new Error('not an id');
  return id;
}

const wish = (height: Wish['size']['height']): Wish => ({ size: { height, framesPerSecond: 30 }, priority: 1 });
const layers = { spatial: 1, temporal: 2 };

/** One camera of somebody's, and a router that answers when the test says so, or at once. */
function camera() {
  const clock = new FakeClock();
  const asked: string[] = [];
  const router = {
    hold: undefined as Promise<void> | undefined,
    refusal: undefined as RequestError | undefined,
    consumers: 0,
  };
  const received: string[] = [];
  const ask = (async (request: string, { wanted }: { wanted?: Wish['size'] | null }) => {
    asked.push(wanted === undefined ? request : `${wanted === null ? 'nothing' : wanted.height}`);
    await router.hold;
    if (router.refusal !== undefined) throw new CodedError(router.refusal);
    if (wanted === undefined) return {};
    if (wanted === null) return { consumer: null, granted: null };
    if (router.consumers === 0) router.consumers = 1;
    return { consumer: { consumerId: `consumer-${router.consumers}` }, granted: layers };
  }) as unknown as Ask;
  const media = Promise.resolve({
    receive: () => {
      received.push('open');
      return Promise.resolve({ track: {} as MediaStreamTrack, mid: '0', close: () => received.push('close') });
    },
  });
  const services = { ask, media, pace: new RequestPace(clock), clock, onChange: () => undefined };
  return { stream: new RemoteStream(services, somebody(), 'camera'), asked, router, received, clock };
}

test('what is wanted is asked for once, and again only when it is something else', async () => {
  const { stream, asked, received } = camera();
  stream.want(wish(180));
  await settle();
  stream.want(wish(180));
  await settle();
  expect(asked).toEqual(['180']);
  stream.want(wish(720));
  await settle();
  expect(asked).toEqual(['180', '720']);
  expect(received).toEqual(['open']);
  expect(stream.granted).toEqual(layers);
});

test('what is wanted while the router is being asked is gathered into one request', async () => {
  const { stream, asked, router } = camera();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  router.hold = promise.then(() => undefined);
  stream.want(wish(180));
  await settle();
  for (const height of [360, 720, 90, 360] as const) stream.want(wish(height));
  resolve(undefined);
  await settle();
  expect(asked).toEqual(['180', '360']);
});

test('what is not wanted any more ends, and begins anew, resumed by itself, when it is', async () => {
  const { stream, asked, router, received } = camera();
  await stream.allow();
  stream.want(wish(180));
  await settle();
  stream.want(undefined);
  await settle();
  expect(stream.receiving).toBeUndefined();
  expect(stream.granted).toBeNull();
  router.consumers = 2;
  stream.want(wish(360));
  await settle();
  expect(asked).toEqual(['180', 'consumer.resume', 'nothing', '360', 'consumer.resume']);
  expect(received).toEqual(['open', 'close', 'open']);
});

test('what was wanted for a moment only is not asked for', async () => {
  const { stream, asked } = camera();
  stream.want(wish(180));
  stream.want(undefined);
  await settle();
  expect(asked).toEqual([]);
});

describe('what the router refuses', () => {
  test('for now is asked for again after a second', async () => {
    const { stream, asked, router, clock, received } = camera();
    router.refusal = 'transport-missing';
    stream.want(wish(180));
    await clock.pass(999);
    expect(asked).toHaveLength(1);
    router.refusal = undefined;
    await clock.pass(1);
    expect(asked).toHaveLength(2);
    expect(received).toEqual(['open']);
  });

  test('because it is closed is not', async () => {
    const { stream, asked, router, clock } = camera();
    router.refusal = 'source-missing';
    stream.want(wish(180));
    await clock.pass(10_000);
    expect(asked).toHaveLength(1);
  });
});

test('why nothing comes is known until something does', async () => {
  const { stream } = camera();
  stream.want(wish(180));
  await settle();
  stream.changed({ layers: null, why: 'bandwidth' });
  expect([stream.granted, stream.why]).toEqual([null, 'bandwidth']);
  stream.changed({ layers, why: 'sent' });
  expect([stream.granted, stream.why]).toEqual([layers, 'sent']);
});
