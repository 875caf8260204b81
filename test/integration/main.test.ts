import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
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

describe('the program', { timeout: 120_000 }, () => {
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

  /** What the program says from now on, line by line, and somebody who is in a call on it. */
  const inACall = async (): Promise<{ lines: AsyncIterator<string>; client: TestClient }> => {
    if (child.stdout === null) throw new Error('no output');
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    expect(await line(lines)).toMatch(
      /^People will be told to send media to 127\.0\.0\.1, ports \d+ to \d+, UDP and TCP \(setting host\)\.$/,
    );
    const address = /^Sotto is ready: (http:\/\/localhost:\d+\/)$/.exec(await line(lines))?.[1] ?? '';
    const base = address.replace('localhost', '127.0.0.1');
    const told = (await (await fetch(`${base}.well-known/sotto.json`)).json()) as { routerKey: string };
    const client = await TestClient.connect({
      address: base,
      routerKey: fromBase64Url(told.routerKey) ?? new Uint8Array(),
    });
    await client.join(testCall());
    return { lines, client };
  };

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'says where its page is, and at %s lets the call finish before it stops with all its media processes',
    async (signal) => {
      const { pid = 0 } = start({});
      const { lines, client } = await inACall();
      const workers = childrenOf(pid);
      expect(workers.length).toBeGreaterThanOrEqual(1);
      const exited = once(child, 'exit');
      child.kill(signal);
      expect(await client.notice('router.draining')).toEqual({ secondsLeft: 600 });
      expect(await line(lines)).toMatch(/^Calls may finish or move within 600 s\. A second signal/);
      expect(workers.filter(runs)).toEqual(workers);
      await client.request('call.leave', {});
      expect(await client.closed).toEqual({ code: 4000, reason: 'left' });
      expect(await exited).toEqual([0, null]);
      for (const worker of workers) await gone(worker);
      expect(workers.filter(runs)).toEqual([]);
    },
  );

  test('ends calls at the deadline', async () => {
    start({ SOTTO_DRAIN_SECONDS: '1' });
    const { client } = await inACall();
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await client.closed).toEqual({ code: 4014, reason: 'router-stopping' });
    expect(await exited).toEqual([0, null]);
  });

  test('ends at once at a second signal, but not when one comes twice', async () => {
    start({});
    const { client, lines } = await inACall();
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    await line(lines);
    expect(client.socket.webSocket.readyState).toBe(WebSocket.OPEN);
    const again = setInterval(() => child.kill('SIGINT'), 100);
    expect(await client.closed).toEqual({ code: 4014, reason: 'router-stopping' });
    clearInterval(again);
    expect(await exited).toEqual([0, null]);
  });

  test('gives the media of a call no Ctrl-C: its process is in another session than the terminal would signal', async () => {
    const { pid = 0 } = start({});
    await inACall();
    for (const worker of childrenOf(pid)) expect(sessionOf(worker)).toBe(worker);
  });

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

  test('explains a wrong setting, an address that nobody would reach, and a media worker that is missing', async () => {
    for (const [settings, words] of [
      [{ SOTTO_PORTS: '1' }, 'SOTTO_PORTS: there is no such setting.'],
      [
        { SOTTO_HOST: '0.0.0.0', SOTTO_ANNOUNCED_ADDRESS: '127.0.0.1' },
        'SOTTO_ANNOUNCED_ADDRESS: people would be told',
      ],
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

async function line(lines: AsyncIterator<string>): Promise<string> {
  const next = await lines.next();
  if (next.done === true) throw new Error('it says nothing more');
  return next.value;
}

/** The session that a process is in (proc_pid_stat(5), sixth field). */
function sessionOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
}

async function exitCode(child: ChildProcess): Promise<unknown> {
  const [code] = (await once(child, 'exit')) as unknown[];
  return code;
}
