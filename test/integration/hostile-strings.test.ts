import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { toUtf8 } from '../../src/shared/support/bytes.ts';
import { startRouterProcess, type RouterProcess } from '../support/router-process.ts';
import { testCall, TestClient } from '../support/test-client.ts';
import { RouterSocket } from '../../src/tools/peers/router-socket.ts';
import { TestIssuer } from '../support/test-issuer.ts';

/** How long the router may take to overwrite what has ended, in ms. */
const scrubMs = 20_000;
/** A word that nobody else says, and what else might break a log line or a shell. */
const word = `hostile${randomBytes(6).toString('hex')}`;
const hostile = `${word}%0a%00\${jndi:x}<script>'";--\u{1f480}`;
const inHeader = encodeURIComponent(hostile);

/** Sends bytes as they are, and waits for the end of the connection. */
async function raw(router: RouterProcess, text: string): Promise<string> {
  const socket = connect(Number(new URL(router.address).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => (answer += data.toString('latin1'))).on('error', () => undefined);
  socket.end(text);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

/** Everything that a stranger can say before and in the sealed channel. Returns what was answered. */
async function strangerSays(router: RouterProcess): Promise<string> {
  const headers = Object.fromEntries(
    ['User-Agent', 'Referer', 'Cookie', 'X-Forwarded-For', 'Forwarded', 'Authorization', word].map((name) => [
      name,
      inHeader,
    ]),
  );
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const answers = [
    await raw(router, `GET /${inHeader}?${inHeader} HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`),
    await raw(router, `${word} / HTTP/1.1\r\n${lines.join('')}\r\n`),
    await raw(router, `POST /${word} HTTP/1.1\r\n${lines.join('')}Content-Length: 99999999\r\n\r\n${word}`),
    await raw(router, `GET / HTTP/1.1\r\nHost: ${word}\r\n${word}${word.repeat(2_000)}: x\r\n\r\n`),
    await raw(router, `GET http://${word}.example/${word} HTTP/1.0\r\n\r\n`),
    await raw(router, `${word}\0\r\n\r\n`),
  ];
  const upgrade = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`;
  for (const [origin, key] of [
    [`https://${word}.example`, randomBytes(16).toString('base64')],
    [word, randomBytes(16).toString('base64')],
    ['http://localhost', word],
  ])
    answers.push(
      await raw(
        router,
        `GET /socket HTTP/1.1\r\n${lines.join('')}${upgrade}Origin: ${origin}\r\n` +
          `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: ${word}\r\n\r\n`,
      ),
    );
  for (const message of [toUtf8(hostile), toUtf8(word.padEnd(49, word))]) {
    const socket = await RouterSocket.open({ ...router, headers });
    socket.send(message);
    answers.push(JSON.stringify(await socket.closed));
  }
  const texting = await RouterSocket.open({ ...router });
  texting.webSocket.send(hostile);
  answers.push(JSON.stringify(await texting.closed));
  const closing = await RouterSocket.open({ ...router });
  closing.webSocket.close(4999, word);
  await closing.closed;
  return answers.join('\n');
}

/** Everything that somebody with a channel can say; each ends that channel, or is refused. Returns what was answered. */
async function clientSays(router: RouterProcess): Promise<string> {
  const call = testCall();
  const said = [
    hostile,
    JSON.stringify({ id: word, request: 'call.join', params: {} }),
    JSON.stringify({ id: 1, request: word, params: { [word]: hostile } }),
    JSON.stringify({ id: 1, request: 'call.join', params: { callId: hostile, signature: hostile, profile: word } }),
    JSON.stringify({ id: 1, request: 'call.join', params: { callId: call.id.key, signature: word.padEnd(86, 'A') } }),
    JSON.stringify({ id: 1, request: 'call.rejoin', params: { ticket: word } }),
    JSON.stringify({ id: 1, request: 'inventory', params: { from: 0, [word]: word } }),
  ];
  const answers: string[] = [];
  for (const message of said) {
    const client = await TestClient.connect(router);
    client.sendSealed(toUtf8(message));
    answers.push(JSON.stringify(await client.closed));
  }
  return answers.join('\n');
}

/** Everything that a participant can say. */
async function participantSays(router: RouterProcess, issuer: TestIssuer): Promise<string> {
  const [token = new Uint8Array()] = await issuer.tokens(1);
  const marked = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.alloc(length, word));
  using client = await TestClient.connect(router);
  const call = testCall();
  const refused = await client.join(call, marked(354)).then(
    () => 'joined',
    (error: unknown) => String(error),
  );
  await client.join(call, token);
  await client.request('relay.send', { toAll: marked(200) });
  await client.request('state.update', { state: marked(90) });
  const transport = await client.request('transport.create', { direction: 'send' });
  const nonsense = { kind: 'audio', mid: word, codecs: [{ mimeType: `audio/${word}`, payloadType: 111 }] };
  client.sendSealed(
    toUtf8(
      JSON.stringify({ id: 99, request: 'producer.create', params: { source: 'camera', rtpParameters: nonsense } }),
    ),
  );
  return [refused, JSON.stringify(await client.closed), JSON.stringify(Object.keys(transport))].join('\n');
}

test('whatever text is put wherever it can be put comes back nowhere', { timeout: 120_000 }, async () => {
  await using issuer = await TestIssuer.create();
  await using router = await startRouterProcess({
    SOTTO_LOG_LEVEL: 'info',
    SOTTO_ADMIN_PORT: '0',
    ...issuer.environment,
  });
  const [token, another] = await issuer.tokens(2);
  using bystander = await TestClient.connect({ ...router, from: '127.44.5.6' });
  await bystander.join(testCall(), token);

  const scrubbed = router.wrote(/"memory-scrubbed"/, scrubMs);
  const answers = [await strangerSays(router), await clientSays(router), await participantSays(router, issuer)];
  await scrubbed;
  answers.push((await router.metrics()) ?? '', router.written);
  expect(answers.filter((answer) => answer.length === 0)).toEqual([]);
  for (const answer of answers) expect(answer.toLowerCase()).not.toContain(word);

  await expect(bystander.request('transport.create', { direction: 'send' })).resolves.toBeDefined();
  using newcomer = await TestClient.connect({ ...router, from: '127.44.5.7' });
  await expect(newcomer.join(testCall(), another)).resolves.toBeDefined();
  const lines = router.written.split('\n').filter((line) => line.startsWith('{'));
  const names = lines.flatMap((line) => Object.keys(JSON.parse(line) as object));
  expect([...new Set(names)].toSorted()).toEqual(
    ['encrypted', 'event', 'level', 'pageBuilt', 'pauseMs', 'running', 'reason', 'time'].toSorted(),
  );
});
