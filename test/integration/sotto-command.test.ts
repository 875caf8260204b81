import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadRouterKey } from '../../src/server/keys/router-key.ts';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import { testPorts } from '../support/test-router.ts';

const program = fileURLToPath(new URL('../../deploy/setup/sotto.mjs', import.meta.url));

describe('the sotto command', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sotto-command-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  /** Runs it in the directory, as somebody at a terminal would. */
  const sotto = async (...args: string[]): Promise<{ code: unknown; out: string; err: string }> => {
    const child = spawn(process.execPath, [program, ...args], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    const exited = once(child, 'close') as Promise<unknown[]>;
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    return { code, out, err };
  };
  const configure = (lines: string): Promise<void> =>
    writeFile(
      join(directory, 'router.toml'),
      `port = 0\nmedia_ports = "${testPorts(4).range}"\nstate_directory = "${directory}/state"\n${lines}`,
    );

  test('finds a file good, with warnings, or names what is wrong with it, by its exit code, too', async () => {
    await configure('warm_workers = 2\n');
    const good = await sotto('check-config', '--config', 'router.toml');
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(good.out).toMatch(/^warning {2}.*: admission: open.*\n[^]*^0 errors, \d+ warnings?\.\n$/m);

    await configure('warm_workers = "2 processes"\n');
    const bad = await sotto('check-config', '--config', 'router.toml', '--json');
    expect(bad).toMatchObject({ code: 1, err: '' });
    expect(JSON.parse(bad.out)).toMatchObject({
      ok: false,
      errors: [{ file: 'router.toml', line: 4, key: 'warm_workers', remedy: 'Write it as: warm_workers = 1' }],
    });
    const served = await sotto('serve', '--config', 'router.toml');
    expect(served).toMatchObject({ code: 1, out: '' });
    expect(served.err).toContain('router.toml:4: warm_workers: not a whole number from 0 to 100.');
  });

  test("makes a router's key once, and tells the public one", async () => {
    await configure('');
    const first = JSON.parse((await sotto('keygen', '--config', 'router.toml', '--json')).out) as unknown;
    const { publicKey } = await loadRouterKey(join(directory, 'state'));
    const routerKey = toBase64Url(publicKey);
    expect(first).toEqual({ routerKey, file: join(directory, 'state/router-key'), made: true });
    expect(await sotto('keygen', '--config', 'router.toml')).toMatchObject({ code: 0, out: `${routerKey}\n` });
  });

  test('makes a key, signs the list of routers with it, and says whether a list is to be believed', async () => {
    const { publicKey } = await loadRouterKey(join(directory, 'state'));
    const router = { region: 'paris', url: 'https://paris.example', routerKey: toBase64Url(publicKey) };
    const source = `[[routers]]\nregion = "paris"\nurl = "${router.url}"\nrouter_key = "${router.routerKey}"\n`;
    await writeFile(join(directory, 'routers.toml'), source);
    const made = await sotto('regions', 'keygen', '--key', 'list-key', '--json');
    const { regionsKey } = JSON.parse(made.out) as { regionsKey: string };
    expect(JSON.parse(made.out)).toEqual({ regionsKey, file: 'list-key', made: true });
    expect((await stat(join(directory, 'list-key'))).mode % 0o1000).toBe(0o600);

    const signing = ['regions', 'sign', 'routers.toml', '--key', 'list-key', '--out', 'regions.json', '--days', '2'];
    expect(await sotto(...signing)).toMatchObject({ code: 0, err: '' });
    const verified = await sotto('regions', 'verify', 'regions.json', '--key', regionsKey, '--json');
    expect(JSON.parse(verified.out)).toMatchObject({ ok: true, routers: [router] });

    const text = await readFile(join(directory, 'regions.json'), 'utf8');
    await writeFile(join(directory, 'regions.json'), text.replace('paris', 'pariz'));
    const refused = await sotto('regions', 'verify', 'regions.json', '--key', regionsKey);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain('regions.json: It is not signed by this key, or was changed');

    await writeFile(join(directory, 'routers.toml'), source.replace('https', 'http'));
    const wrong = await sotto(...signing);
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toContain('Router 1: url: missing, or not an address');
  }, 60_000);

  test('says what it can do, and refuses what it cannot', async () => {
    const { code, out } = await sotto('--help');
    expect(code).toBe(0);
    for (const name of ['serve', 'settings', 'check-config', 'keygen', 'issuer', 'call']) expect(out).toContain(name);
    const mistyped = await sotto('check-confg');
    expect(mistyped.code).toBe(1);
    expect(mistyped.err).toContain('Did you mean check-config?');
  });
});
