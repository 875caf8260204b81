import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockedPackages } from '../setup/dependencies.mjs';

/** One file of a release: where it is now, and where it will be, below the root of the machine. */
export interface Item {
  readonly from: string;
  readonly to: string;
}

const lib = 'usr/lib/sotto';
const doc = 'usr/share/doc/sotto';
const share = 'usr/share/sotto';

/** What of the repository goes along: what runs, and what `sotto call` compares its built page with. */
const sources = ['src', 'package.json', 'package-lock.json'];
/** The call page, and that of `sotto call`. */
export const builtPages = ['.build/page', '.build/participant'] as const;
/** Folders that no program of ours reads: the media worker's source, headers and manuals of Node. */
const unread = /^(mediasoup\/worker|node-linux-\w+\/(bin|include|share))\/|\.map$/;

/**
 * All files of a release, sorted by where they go.
 * @param project the repository, set up and with both pages built
 * @param worker the media worker's file
 * @param arch Node's name of the processor, such as x64
 */
export function contents(project: string, worker: string, arch: string): Item[] {
  const fromProject = [...tracked(project, sources), ...builtPages.flatMap((folder) => below(project, folder))];
  const at = (from: string, to: string): Item => ({ from: join(project, from), to });
  const packaging = 'deploy/release/debian';
  return [
    ...fromProject.map((file) => at(file, join(lib, file))),
    ...productionFiles(project).map((file) => at(file, join(lib, file))),
    at(`node_modules/node-linux-${arch}/bin/node`, `${lib}/node`),
    { from: worker, to: `${lib}/mediasoup-worker` },
    at(`${packaging}/sotto`, 'usr/bin/sotto'),
    at(`${packaging}/router.toml`, 'etc/sotto/router.toml'),
    at(`${packaging}/sysusers.conf`, 'usr/lib/sysusers.d/sotto.conf'),
    at('deploy/service/60-sotto.conf', 'etc/sysctl.d/60-sotto.conf'),
    ...['sotto', 'sotto-issuer'].map((name) =>
      at(`deploy/service/${name}.service`, `usr/lib/systemd/system/${name}.service`),
    ),
    ...['README.md', 'PRIVACY.md'].map((file) => at(`deploy/${file}`, `${doc}/${file}`)),
    ...tracked(project, ['deploy/watch', 'deploy/firewall']).map((file) =>
      at(file, join(share, file.slice('deploy/'.length))),
    ),
  ].toSorted((a, b) => (a.to < b.to ? -1 : 1));
}

/** Files that git knows, by their names in `project`. */
function tracked(project: string, paths: readonly string[]): string[] {
  const names = execFileSync('git', ['-C', project, 'ls-files', '-z', '--', ...paths], { encoding: 'utf8' });
  return names.split('\0').filter((name) => name !== '' && existsSync(join(project, name)));
}

/** The installed packages that are not for development only, each without those nested in it, which are listed themselves. */
function productionFiles(project: string): string[] {
  return Object.entries(lockedPackages(project))
    .filter(([folder, { dev }]) => dev !== true && existsSync(join(project, folder)))
    .flatMap(([folder]) => below(project, folder, 'node_modules'))
    .filter((file) => !unread.test(file.replace(/^.*node_modules\//, '')));
}

/** The files below a folder, but for folders named `skipped`; by their names in `project`. */
function below(project: string, folder: string, skipped?: string): string[] {
  return readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === skipped ? [] : below(project, name, skipped);
    return entry.isFile() ? [name] : [];
  });
}
