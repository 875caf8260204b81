/**
 * `npm run release`: makes the Debian package of the commit that is checked out, and SHA256SUMS beside it. Two clones of one
 * commit give the same bytes: files are dated by the commit, and nothing of this machine is in them.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { buildHarness } from '../../src/tools/call/harness-page.ts';
import { builtPages, contents } from './contents.ts';
import { makePackage } from './package.ts';

/** Debian's names of the processors that Node comes for. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

const project = join(import.meta.dirname, '../..');
const git = (...args: readonly string[]): string => execFileSync('git', ['-C', project, ...args], { encoding: 'utf8' });

const architecture = architectures[process.arch];
const worker = process.env['MEDIASOUP_WORKER_BIN'];
if (architecture === undefined || worker === undefined) throw new Error('There is no package for this machine.');
if (git('status', '--porcelain') !== '')
  process.stderr.write('There are changes that are not committed: nobody else will get these bytes.\n');

// Both pages anew: what is there may have been built for tests, which is not the same.
process.env['NODE_ENV'] = 'production';
for (const page of builtPages) rmSync(join(project, page), { recursive: true, force: true });
await build({ configFile: join(project, 'src/page/vite.config.ts'), logLevel: 'warn' });
await buildHarness();
const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string };
const folder = join(project, '.build/release');
const name = `sotto_${version}_${architecture}.deb`;
const packaging = join(import.meta.dirname, 'debian');
mkdirSync(folder, { recursive: true });
makePackage(
  {
    version,
    architecture,
    items: contents(project, worker, process.arch),
    scripts: { postinst: join(packaging, 'postinst'), prerm: join(packaging, 'prerm') },
    epoch: Number(git('log', '-1', '--format=%ct')),
  },
  join(folder, name),
);
const hash = createHash('sha256')
  .update(readFileSync(join(folder, name)))
  .digest('hex');
writeFileSync(join(folder, 'SHA256SUMS'), `${hash}  ${name}\n`);
process.stdout.write(`${hash}  ${join('.build/release', name)}\n`);
