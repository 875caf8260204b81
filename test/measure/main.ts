// Runs every *.measure.ts, one after the other, and prints what they print.
import { globSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

for (const file of globSync('test/**/*.measure.ts', { cwd: root.pathname }).toSorted()) {
  process.stdout.write(`▶ ${file}\n`);
  await import(new URL(file, root).href);
}
