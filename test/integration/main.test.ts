import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromBase64Url } from '../../src/shared/support/bytes.ts';
import { testCall, TestClient } from '../support/test-client.ts';
import { childrenOf } from '../support/router-process.ts';
import { testPorts } from '../support/test-router.ts';
import { gone, runs } from '../support/watched-media.ts';

const main = new URL('../../src/server/main.ts', import.meta.url).pathname;

describe('the program', () => {
  let stateDirectory: string;
  let child: ChildProcess;
  beforeEach(async () => {
    stateDirectory = await mkdtemp(join(tmpdir(), 'sotto-main-'));
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await rm(stateDirectory, { recursive: true });
  });
  const start = (settings: Record<string, string>): ChildProcess => {
    const environment = {
      SOTTO_PORT: '0',
      SOTTO_MEDIA_PORTS: testPorts(4).range,
      SOTTO_STATE_DIRECTORY: stateDirectory,
    };
    child = spawn(process.execPath, [main], { env: { ...process.env, ...environment, ...settings }, stdio: 'pipe' });
    return child;
  };

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'says where its page is, and at %s stops with all its media processes',
    async (signal) => {
      const { stdout, pid = 0 } = start({});
      if (stdout === null) throw new Error('no output');
      const lines = createInterface(stdout);
      const [line] = (await once(lines, 'line')) as [string];
      const address = /^Sotto is ready: (http:\/\/localhost:\d+\/)$/.exec(line)?.[1] ?? '';
      const base = address.replace('localhost', '127.0.0.1');
      const told = (await (await fetch(`${base}.well-known/sotto.json`)).json()) as { routerKey: string };
      const routerKey = fromBase64Url(told.routerKey) ?? new Uint8Array();
      using client = await TestClient.connect({ address, routerKey });
      await client.join(testCall());
      const workers = childrenOf(pid);
      expect(workers.length).toBeGreaterThanOrEqual(1);
      const exited = once(child, 'exit');
      child.kill(signal);
      expect(await client.closed).toEqual({ code: 4014, reason: 'router-stopping' });
      expect(await exited).toEqual([0, null]);
      for (const worker of workers) await gone(worker);
      expect(workers.filter(runs)).toEqual([]);
    },
  );

  test('explains a port that is taken, and ends', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { stderr } = start({ SOTTO_PORT: `${port}` });
    if (stderr === null) throw new Error('no output');
    const [said, code] = await Promise.all([text(stderr), exitCode(child)]);
    expect(said).toContain(`Port ${port} on 127.0.0.1 is taken by another program`);
    expect(code).toBe(1);
    other.close();
  });

  test('explains a wrong setting, and a media worker that is missing', async () => {
    for (const [settings, words] of [
      [{ SOTTO_PORTS: '1' }, 'SOTTO_PORTS: there is no such setting.'],
      [{ MEDIASOUP_WORKER_BIN: join(stateDirectory, 'none') }, 'media worker'],
    ] as const) {
      const { stderr } = start(settings);
      if (stderr === null) throw new Error('no output');
      const [said, code] = await Promise.all([text(stderr), exitCode(child)]);
      expect(said).toContain(words);
      expect(code).toBe(1);
    }
  });
});

async function exitCode(child: ChildProcess): Promise<unknown> {
  const [code] = (await once(child, 'exit')) as unknown[];
  return code;
}
