import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { control } from './control.ts';
import type { Item } from './contents.ts';

export interface Package {
  readonly version: string;
  /** Debian's name of the processor, such as amd64. */
  readonly architecture: string;
  readonly items: readonly Item[];
  /** The two scripts that dpkg runs, by their files. */
  readonly scripts: Readonly<Record<'postinst' | 'prerm', string>>;
  /** What every file is dated, in seconds since 1970. */
  readonly epoch: number;
}

/**
 * Makes a Debian package whose bytes depend on nothing but the content, names and modes of its files: dates, owners,
 * order and the number of processors do not count.
 * @param out the package's file, overwritten
 */
export function makePackage({ version, architecture, items, scripts, epoch }: Package, out: string): void {
  const root = mkdtempSync(join(tmpdir(), 'sotto-release-'));
  try {
    for (const item of items) place(root, item);
    const sizeKiB = Math.ceil(items.reduce((sum, { from }) => sum + readFileSync(from).length, 0) / 1024);
    const settings = items.map(({ to }) => to).filter((to) => to.startsWith('etc/'));
    const files = {
      control: control({ version, architecture, sizeKiB }),
      conffiles: settings.map((to) => `/${to}\n`).join(''),
      md5sums: items
        .filter(({ to }) => !settings.includes(to))
        .map(({ from, to }) => `${md5(from)}  ${to}\n`)
        .join(''),
    };
    mkdirSync(join(root, 'DEBIAN'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'DEBIAN', name), text, { mode: 0o644 });
    for (const [name, from] of Object.entries(scripts)) place(root, { from, to: `DEBIAN/${name}` });
    date(root, epoch);
    const build = ['--root-owner-group', '-Zzstd', '-z10', '--threads-max=1', '--build', root, out];
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch) };
    execFileSync('dpkg-deb', build, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Copies a file. Of its mode counts whether it is a program; what else there is depends on who made it. */
function place(root: string, { from, to }: Item): void {
  const file = join(root, to);
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(from, file);
  chmodSync(file, statSync(from).mode % 0o200 >= 0o100 ? 0o755 : 0o644);
}

/** Gives a folder and all in it one date, and folders one mode. */
function date(path: string, epoch: number): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) date(inside, epoch);
    else utimesSync(inside, epoch, epoch);
  }
  chmodSync(path, 0o755);
  utimesSync(path, epoch, epoch);
}

/** What `dpkg --verify` compares with; whether a package is the right one, SHA256SUMS tells. */
function md5(file: string): string {
  return createHash('md5').update(readFileSync(file)).digest('hex');
}
