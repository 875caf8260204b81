import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readSettings } from '../../src/server/settings/load.ts';

/** `npm run runbook` follows it on machines of its own, which takes too long to be done each time. */
const runbook = readFileSync(new URL('../../deploy/README.md', import.meta.url), 'utf8');
const blocks = [...runbook.matchAll(/^```(sh \w+)?\n([^]*?)^```$/gm)].map(([, info, text = '']) => ({ info, text }));
const commands = blocks.filter(({ info }) => info !== undefined).map(({ text }) => text);
const main = fileURLToPath(new URL('../../src/tools/main.ts', import.meta.url));

test('its commands are shell, and every option that it gives to `sotto` is one', () => {
  expect(commands.length).toBeGreaterThan(5);
  for (const input of commands) execFileSync('bash', ['-n'], { input });

  const used = new Map<string, Set<string>>();
  for (const { text } of blocks)
    for (const [, name = '', rest = ''] of text.matchAll(
      /\bsotto (serve|keygen|check-config|status|drain|call|issuer)\b(.*)/g,
    ))
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) used.set(name, (used.get(name) ?? new Set()).add(option));
  expect([...used.keys()].toSorted()).toEqual(['call', 'check-config', 'drain', 'keygen', 'serve', 'status']);
  for (const [name, options] of used) {
    const help = execFileSync(process.execPath, [main, name, '--help'], { encoding: 'utf8' });
    for (const option of options) expect(help).toMatch(RegExp(`^ +${option}\\b`, 'm'));
  }
}, 60_000);

test('the settings that it writes hold together', () => {
  const written = /^cat > router\.toml <<END\n([^]*?)^END$/m.exec(commands.join('\n'))?.[1] ?? '';
  // Of the router's machine, which comes after the issuer's.
  const values = new Map(
    [...runbook.matchAll(/^(ADDRESS|NAME|ISSUER)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const folder = mkdtempSync(join(tmpdir(), 'sotto-runbook-'));
  try {
    const file = join(folder, 'router.toml');
    writeFileSync(
      file,
      written.replace(/\$(\w+)/g, (_, name: string) => values.get(name) ?? ''),
    );
    const { settings, problems } = readSettings(file, {});
    expect(problems()).toEqual([]);
    expect(settings.tokens?.issuerUrl).toBe('https://issuer.example:7890/');
    expect(settings.admin?.port).toBe(9880);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
