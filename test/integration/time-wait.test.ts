import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Router } from '../../src/server/compose.ts';
import { generatedCertificate } from '../../src/server/gateway/certificate.ts';
import { testCall, TestClient } from '../support/test-client.ts';
import { RouterSocket } from '../../src/tools/peers/router-socket.ts';
import { startTestRouter } from '../support/test-router.ts';

/**
 * Connections that the kernel still knows at a port of 127.0.0.1, as `state remote` (proc_net_tcp). Only there: what else
 * runs on this machine may have the same port at another address.
 */
async function known(port: number): Promise<string[]> {
  const listening = '0A';
  const table = await readFile('/proc/net/tcp', 'latin1');
  const rows = table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return rows
    .filter(
      ([, local, , state]) =>
        local === `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}` && state !== listening,
    )
    .map(([, , remote = '', state = '']) => `${state} ${remote}`);
}

describe.each(['plain', 'encrypted'] as const)(
  'the kernel forgets the other end of a %s socket as soon as it ends',
  (kind) => {
    let directory: string;
    let router: Router;
    let port: number;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'sotto-time-wait-'));
      const { cert, key } = await generatedCertificate('127.0.0.1');
      const [tlsCertificate, tlsKey] = [join(directory, 'cert'), join(directory, 'key')];
      await Promise.all([writeFile(tlsCertificate, cert), writeFile(tlsKey, key)]);
      router = await startTestRouter(kind === 'plain' ? {} : { tlsCertificate, tlsKey });
      port = Number(new URL(router.address).port);
    });
    afterAll(async () => {
      await router.close();
      await rm(directory, { recursive: true });
    });

    /** Resolves when no socket of the port is known but those that may be; rejects never: the test's time runs out. */
    const nothingKnown = async (): Promise<void> => {
      while ((await known(port)).length > 0) await turn();
    };

    test('when its client leaves', async () => {
      const client = await TestClient.connect({ ...router, from: '127.44.1.2' });
      await client.join(testCall());
      expect(await known(port)).toEqual([expect.stringMatching(/^01 02012C7F:/)]);
      await client.request('call.leave', {});
      expect(await client.closed).toEqual({ code: 4000, reason: 'left' });
      await nothingKnown();
    });

    test('when its client closes it', async () => {
      const client = await TestClient.connect(router);
      client.socket.webSocket.close(4000);
      await client.closed;
      await nothingKnown();
    });

    test('when the router finds fault with it', async () => {
      const socket = await RouterSocket.open(router);
      socket.send(new Uint8Array(3));
      expect(await socket.closed).toEqual({ code: 4002, reason: 'version-unknown' });
      await nothingKnown();
    });

    test('when its client never answers the close', async () => {
      const socket = await RouterSocket.open(router);
      socket.webSocket.pause();
      socket.send(new Uint8Array(3));
      await nothingKnown();
      socket.webSocket.terminate();
    });

    test('when there is no such place', async () => {
      await expect(RouterSocket.open({ address: router.address, path: '/other' })).rejects.toThrow('404');
      await nothingKnown();
    });

    test('when it speaks no HTTP', async () => {
      const socket = connect(port, '127.0.0.1');
      const closed = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
      socket.write(Buffer.alloc(64, 7));
      await closed;
      await nothingKnown();
    });
  },
);

test('the kernel forgets a reader of the page who asks for the connection to be closed', async () => {
  await using router = await startTestRouter();
  const port = Number(new URL(router.address).port);
  for (const version of ['1.0', '1.1']) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /.well-known/sotto.json HTTP/${version}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    await once(socket, 'data');
    socket.end();
    await once(socket, 'close');
    while ((await known(port)).length > 0) await turn();
  }
});

test('the kernel forgets a reader of the page when its idle connection ends', async () => {
  await using router = await startTestRouter();
  const port = Number(new URL(router.address).port);
  const agent = new Agent({ keepAlive: true });
  const asking = get({ host: '127.0.0.1', port, path: '/.well-known/sotto.json', agent });
  const [answer] = (await once(asking, 'response')) as [NodeJS.ReadableStream];
  answer.resume();
  await once(answer, 'end');
  expect(await known(port)).toHaveLength(1);
  while ((await known(port)).length > 0) await turn();
  agent.destroy();
});
