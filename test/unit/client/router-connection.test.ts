import { expect, test } from 'vitest';
import { RouterConnection } from '../../../src/client/signalling/router-connection.ts';
import { fromCloseCode } from '../../../src/client/signalling/end-codes.ts';
import { ParticipantId } from '../../../src/shared/identity/participant-id.ts';
import { closeCodes } from '../../../src/shared/protocol/errors.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import type { Notice } from '../../../src/shared/protocol/notices.ts';
import { toUtf8 } from '../../../src/shared/support/bytes.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeRouter, routerPair } from './fake-router.ts';

async function connected() {
  const clock = new FakeClock();
  const pair = routerPair();
  const router = new FakeRouter(pair);
  const opened = RouterConnection.open({
    routerUrl: 'http://localhost',
    routerKeys: [pair.publicKey],
    clock,
    socket: () => router.socket,
    signal: new AbortController().signal,
  });
  router.open();
  return { clock, router, connection: await opened };
}

const code = (value: string) => expect.objectContaining({ code: value }) as Error;
const somebody = ParticipantId.from(new Uint8Array(16).fill(1));
if (somebody === undefined) throw new Error('not an id');
const joined: Notice = { notice: 'participant.joined', params: { participantId: somebody } };
const left: Notice = { notice: 'participant.left', params: { participantId: somebody } };

test('each answer reaches who asked, whatever the order', async () => {
  const { router, connection } = await connected();
  const camera = connection.ask('producer.pause', { source: 'camera' });
  const leave = connection.ask('call.leave', {});
  const [first, second] = router.requests;
  router.refuse(second?.id ?? 0, 'source-missing');
  router.answer(first?.id ?? 0, 'producer.pause', {});
  await expect(leave).rejects.toEqual(code('source-missing'));
  await expect(camera).resolves.toEqual({});
});

test('notices come in order, also those before anybody listens', async () => {
  const { router, connection } = await connected();
  router.notify(joined);
  const heard: string[] = [];
  connection.listen(({ notice }) => heard.push(notice));
  router.notify(left);
  expect(heard).toEqual(['participant.joined', 'participant.left']);
});

test('a notice of a newer version is passed over', async () => {
  const { router, connection } = await connected();
  const heard: string[] = [];
  connection.listen(({ notice }) => heard.push(notice));
  router.say(toUtf8(JSON.stringify({ notice: 'weather.changed', params: {} })));
  router.notify(joined);
  expect(heard).toEqual(['participant.joined']);
});

test.each([
  ['is no message', JSON.stringify({ hello: 1 })],
  ['answers what nobody asked', JSON.stringify({ id: 99, result: {} })],
])('a router that says what %s is left', async (_, message) => {
  const { router, connection } = await connected();
  router.say(toUtf8(message));
  expect(connection.lifetime.reason).toBe('router-refused');
  expect(router.closedWith).toBe(closeCodes.left);
});

test('an answer of another form ends the connection', async () => {
  const { router, connection } = await connected();
  const asked = connection.ask('call.leave', {});
  router.say(toUtf8(JSON.stringify({ id: 1, result: { unexpected: true } })));
  await expect(asked).rejects.toEqual(code('message-invalid'));
  expect(connection.lifetime.reason).toBe('router-refused');
});

test('a router that leaves a request unanswered for five seconds counts as gone, but nobody leaves', async () => {
  const { clock, router, connection } = await connected();
  const refused = expect(connection.ask('call.leave', {})).rejects.toEqual(code('router-unreachable'));
  await clock.pass(5_000);
  await refused;
  expect(connection.lifetime.reason).toBe('router-unreachable');
  expect(router.closedWith).toBe(1000);
});

test('the end of the connection reaches everybody who waits, and who asks later', async () => {
  const { router, connection } = await connected();
  const refused = expect(connection.ask('call.leave', {})).rejects.toEqual(code('router-unreachable'));
  router.close(closeCodes['router-stopping']);
  await refused;
  await expect(connection.ask('call.leave', {})).rejects.toEqual(code('router-unreachable'));
});

test('no more requests are open at once than the router allows; the others follow', async () => {
  const { router, connection } = await connected();
  const asked = Array.from({ length: limits.openRequests + 2 }, () => connection.ask('call.leave', {}));
  expect(router.requests).toHaveLength(limits.openRequests);
  for (let id = 1; id <= asked.length; id += 1) {
    router.answer(id, 'call.leave', {});
    await settle();
  }
  await expect(Promise.all(asked)).resolves.toHaveLength(limits.openRequests + 2);
});

test('every close code of the protocol means something to the caller; an unknown one is a lost connection', () => {
  const meanings = Object.fromEntries(
    Object.entries(closeCodes).map(([reason, number]) => [reason, fromCloseCode(number)]),
  );
  expect(meanings).toMatchObject({ 'version-unknown': 'version-unknown', 'too-many': 'router-full', left: 'ended' });
  expect(fromCloseCode(1006)).toBe('router-unreachable');
});
