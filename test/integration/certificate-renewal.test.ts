import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generatedCertificate } from '../../src/server/gateway/certificate.ts';
import { limits } from '../../src/shared/protocol/limits.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { testCall, TestClient } from '../support/test-client.ts';
import { startTestRouter } from '../support/test-router.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sotto-renewal-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** The certificate on a connection, by its fingerprint. */
async function shown(address: string): Promise<{ socket: TLSSocket; fingerprint: string }> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(address).port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  return { socket, fingerprint: socket.getPeerCertificate().fingerprint256 };
}

async function fingerprintOf(address: string): Promise<string> {
  const { socket, fingerprint } = await shown(address);
  socket.destroy();
  return fingerprint;
}

/** What the router logs, event by event, of its certificate. */
function logOfCertificates(): { write: (line: string) => void; next: () => Promise<Record<string, unknown>> } {
  const heard: Record<string, unknown>[] = [];
  let wake = (): void => undefined;
  return {
    write: (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      if (String(entry['event']).startsWith('certificate-')) heard.push(entry);
      wake();
    },
    next: async () => {
      while (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return heard.shift() ?? {};
    },
  };
}

test('a renewed certificate is shown to new connections, a broken one to nobody, and calls go on', async () => {
  const [tlsCertificate, tlsKey] = [join(directory, 'certificate.pem'), join(directory, 'key.pem')];
  /** As programs that renew certificates do: a new file in the old one's place. */
  const put = async (file: string, text: string): Promise<void> => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  const [first, second] = [await generatedCertificate('127.0.0.1'), await generatedCertificate('127.0.0.1')];
  await put(tlsCertificate, first.cert);
  await put(tlsKey, first.key);
  const clock = new FakeClock();
  const log = logOfCertificates();
  await using router = await startTestRouter(
    { tlsCertificate, tlsKey, logLevel: 'info' },
    { clock, logDestination: { write: log.write } },
  );
  const { address, routerKey } = router;
  using client = await TestClient.connect({ address, routerKey });
  await client.join(testCall());
  const before = await fingerprintOf(address);
  const answered = async (): Promise<void> => {
    await expect(client.request('producer.pause', { source: 'camera' })).rejects.toThrow('source-missing');
  };
  const told = async (): Promise<Record<string, unknown>> => {
    for (let passedMs = 0; passedMs < 10_000; passedMs += limits.pingMs) {
      clock.advance(limits.pingMs);
      await answered(); // it has the ping
      await answered(); // and its pong is in
    }
    return log.next();
  };

  await put(tlsCertificate, second.cert);
  expect(await told()).toMatchObject({ level: 'warn', event: 'certificate-kept', why: 'not-a-pair' });
  expect(await fingerprintOf(address)).toBe(before);

  await put(tlsKey, second.key);
  expect(await told()).toMatchObject({ level: 'info', event: 'certificate-renewed' });
  const after = await fingerprintOf(address);
  expect(after).not.toBe(before);

  await put(tlsCertificate, 'nothing of the kind');
  expect(await told()).toMatchObject({ event: 'certificate-kept', why: 'certificate-unreadable' });
  await rm(tlsKey);
  await put(tlsCertificate, second.cert);
  expect(await told()).toMatchObject({ event: 'certificate-kept', why: 'key-unreadable' });
  const past = { notBeforeDate: new Date('2020-01-01'), notAfterDate: new Date('2020-02-01') };
  const expired = await generate([{ name: 'commonName', value: 'Sotto' }], { keyType: 'ec', ...past });
  await put(tlsCertificate, expired.cert);
  await put(tlsKey, expired.private);
  expect(await told()).toMatchObject({ event: 'certificate-kept', why: 'expired' });
  expect(await fingerprintOf(address)).toBe(after);

  // Whoever was in a call when all this began still is.
  await answered();
});
