/** The call page: built when its sources have changed since it was last built. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOfFiles } from './digest.mjs';
import { npm, provideNode } from './npm.mjs';

const SOURCES = ['src/page', 'src/client', 'src/shared', 'package-lock.json'];

/**
 * @param {string} project
 * @returns {boolean} whether the page is built, from the sources as they are now
 */
export function pageIsFresh(project) {
  const { page, stamp } = places(project);
  return existsSync(page) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digestOfFiles(project, SOURCES);
}

/**
 * @param {string} project
 * @param {string} modules its node_modules
 * @param {string} log
 * @returns {import('./progress.mjs').Step}
 */
export function buildPage(project, modules, log) {
  return {
    label: 'Building the page',
    usual: 'a few seconds',
    log,
    advice: 'The lines above say which source file is at fault.',
    async work(run) {
      provideNode(modules);
      const digest = digestOfFiles(project, SOURCES);
      await run(npm('run', 'build:page', '--silent'));
      writeFileSync(places(project).stamp, digest);
    },
  };
}

/**
 * @param {string} project
 * @returns {{ page: string, stamp: string }}
 */
function places(project) {
  return { page: join(project, '.build', 'page', 'index.html'), stamp: join(project, '.build', 'page.sha256') };
}
