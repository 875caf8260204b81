import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contents } from '../../deploy/release/contents.ts';
import { makePackage } from '../../deploy/release/package.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-release-test-'));
  await writeFile(gitSettings(), '[safe]\ndirectory = *\n');
});
afterAll(() => rm(folder, { recursive: true }));

/** Whoever this project belongs to, it may be cloned here. */
const gitSettings = (): string => join(folder, 'git-settings');

/** A clone of what is committed, with what is installed here, and both pages built in it. */
async function cloneAt(path: string, umask: string): Promise<string> {
  const clone = join(folder, path);
  await mkdir(clone, { recursive: true });
  await run('sh', ['-c', 'umask "$1" && exec git clone --quiet "$2" "$3"', 'sh', umask, project, clone], {
    env: { ...process.env, GIT_CONFIG_GLOBAL: gitSettings() },
  });
  await symlink(join(project, 'node_modules'), join(clone, 'node_modules'));
  const vite = join(clone, 'node_modules/vite/bin/vite.js');
  for (const page of ['page', 'tools/participant']) {
    const args = [vite, 'build', '--logLevel', 'error', '--config', join(clone, 'src', page, 'vite.config.ts')];
    await run(process.execPath, args, { cwd: clone });
  }
  return clone;
}

/** The package of a clone, but for the packages of others and Node, which are the same by package-lock.json. */
function packageOf(clone: string, worker: string, out: string): void {
  const items = contents(clone, worker, process.arch).filter(({ from }) => !from.includes('/node_modules/'));
  const scripts = {
    postinst: join(clone, 'deploy/release/debian/postinst'),
    prerm: join(clone, 'deploy/release/debian/prerm'),
  };
  makePackage({ version: '1.2.3', architecture: 'amd64', items, scripts, epoch: 1_750_000_000 }, out);
}

test('two clones, at other places and for other users, give a package of the same bytes, without their places in them', async () => {
  const worker = process.env['MEDIASOUP_WORKER_BIN'] ?? '';
  const clones = await Promise.all([cloneAt('one', '022'), cloneAt('another/deeper/place', '077')]);
  const packages = clones.map((clone, index) => {
    const out = join(folder, `${index}.deb`);
    packageOf(clone, worker, out);
    return out;
  });
  const hashes = await Promise.all(
    packages.map(async (file) =>
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    ),
  );
  expect(hashes[1]).toBe(hashes[0]);

  const unpacked = join(folder, 'unpacked');
  execFileSync('dpkg-deb', ['--raw-extract', packages[0] ?? '', unpacked]);
  const found = await run('grep', ['-rlaF', '-e', folder, '-e', join(project, 'node_modules'), unpacked]).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(found.stdout).toBe('');
  for (const file of [
    'usr/bin/sotto',
    'usr/lib/sotto/.build/page/index.html',
    'etc/sotto/router.toml',
    'DEBIAN/postinst',
  ])
    expect((await readFile(join(unpacked, file))).length).toBeGreaterThan(0);
  const programs = ['usr/bin/sotto', 'usr/lib/sotto/mediasoup-worker', 'usr/lib/sotto/src/server/media/own-session.sh'];
  for (const program of programs) await access(join(unpacked, program), constants.X_OK);
}, 120_000);
