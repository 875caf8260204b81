import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { glob, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { JanusSession } from './janus-session.ts';
import type { System, SystemAddress } from './system.ts';

const program = '/usr/bin/janus';
/** Where Debian, or an installation by hand, puts its plugins. */
const folders = ['/usr/lib/*/janus', '/usr/lib/janus'];
/** The one room there is. */
export const room = 1;
/** How long it may take to start, in ms, and how often it is tried meanwhile. */
const [startingMs, betweenTriesMs] = [10_000, 100];

/**
 * Janus, started with a configuration of the bench's own that has nothing in it but one video room. It is spoken to on loopback;
 * its library for ICE leaves loopback out, so media go over an address of the machine's own, which no packet leaves the machine for.
 */
export class Janus implements System {
  readonly address: SystemAddress;
  readonly #process: ChildProcess;
  readonly #folder: string;

  /** Whether this machine has one, and an address for it. */
  static get isInstalled(): boolean {
    return existsSync(program) && ownAddress() !== undefined;
  }

  static async start(): Promise<Janus> {
    const [parts] = await Array.fromAsync(glob(folders));
    if (parts === undefined) throw new Error('Janus has no plugins here.');
    const ip = ownAddress() ?? '';
    const folder = await mkdtemp(join(tmpdir(), 'sotto-janus-'));
    const port = await freePort();
    await configure(folder, parts, port, ip);
    const child = spawn(program, ['--configs-folder', folder, '--disable-stdout'], {
      stdio: ['ignore', 'ignore', 'ignore'],
      detached: true, // Ctrl-C is the tool's own to handle
    });
    process.once('exit', () => child.kill());
    const janus = new Janus(child, folder, port, ip);
    const deadline = performance.now() + startingMs;
    for (;;) {
      try {
        await using session = await JanusSession.open(janus.address.url);
        await session.attach();
        return janus;
      } catch (cause) {
        if (child.exitCode === null && performance.now() < deadline) await wait(betweenTriesMs);
        else {
          await janus[Symbol.asyncDispose]();
          throw new Error('Janus does not start.', { cause });
        }
      }
    }
  }

  private constructor(child: ChildProcess, folder: string, port: number, ip: string) {
    this.address = { name: 'janus', url: `ws://127.0.0.1:${port}`, key: ip };
    this.#process = child;
    this.#folder = folder;
  }

  mediaPids(): Promise<readonly number[]> {
    return Promise.resolve([this.#process.pid ?? 0]);
  }

  signallingPids(): readonly number[] {
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * As quick as it can be made to be: one event loop instead of a thread for each peer (measured), nothing logged, no extension and
 * no feature that the load has no use for, no cap on bitrates.
 */
async function configure(folder: string, parts: string, port: number, ip: string): Promise<void> {
  const own = (name: string): string => join(folder, name);
  const only = async (kind: string, names: readonly string[]): Promise<string> => {
    await mkdir(own(kind));
    for (const name of names) await symlink(join(parts, kind, name), join(own(kind), name));
    return `${kind}_folder = "${own(kind)}"`;
  };
  const general = [
    `configs_folder = "${folder}"`,
    await only('plugins', ['libjanus_videoroom.so']),
    await only('transports', ['libjanus_websockets.so']),
    await only('events', []),
    await only('loggers', []),
    'debug_level = 1',
    'session_timeout = 0',
    'event_loops = 1',
  ];
  const files: Record<string, string> = {
    'janus.jcfg': `${section('general', general)}${section('media', ['rtp_port_range = "30000-31999"'])}${section(
      'nat',
      ['ice_lite = true', `ice_enforce_list = "${ip}"`],
    )}`,
    'janus.transport.websockets.jcfg': section('general', [
      'json = "compact"',
      'ws = true',
      `ws_port = ${port}`,
      'ws_ip = "127.0.0.1"',
    ]),
    'janus.plugin.videoroom.jcfg': section(`room-${room}`, [
      'publishers = 100',
      'videocodec = "vp8"',
      'audiolevel_ext = false',
      'videoorient_ext = false',
      'playoutdelay_ext = false',
      'transport_wide_cc_ext = true',
    ]),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(own(name), content);
}

function ownAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

function section(name: string, lines: readonly string[]): string {
  return `${name}: {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
