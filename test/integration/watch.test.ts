import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { startTestRouter } from '../support/test-router.ts';

const folder = fileURLToPath(new URL('../../deploy/watch', import.meta.url));
const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

async function dashboardQueries(): Promise<string[]> {
  const { panels } = JSON.parse(await read('dashboard.json')) as Dashboard;
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$instance', '.*')));
}

async function alertQueries(): Promise<string[]> {
  const { groups } = parse(await read('alerts.yml')) as { groups: { rules: { expr: string }[] }[] };
  return groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
}

test('alerts and dashboard ask for nothing that a router does not tell, by name and by label', async () => {
  await using router = await startTestRouter({ adminPort: 0 });
  const told = await (await fetch(router.metricsAddress ?? expect.fail('no metrics'))).text();
  const names = [...told.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? ['_bucket', '_count', '_sum'].map((part) => `${name}${part}`) : [name],
  );
  const queries = [...(await alertQueries()), ...(await dashboardQueries())].join('\n');
  const asked = new Set([...queries.matchAll(/sotto_\w+/g)].map(([name]) => name));
  expect(asked.size).toBeGreaterThan(15);
  expect([...asked].filter((name) => !names.includes(name))).toEqual([]);

  const labels = [...told.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => ({ label, value }));
  const wanted = [...queries.matchAll(/(\w+)=~?"([^"]*)"/g)]
    .filter(([, label = '']) => !['job', 'instance'].includes(label))
    .flatMap(([, label = '', values = '']) =>
      values.split('|').map((value) => ({ label, form: RegExp(`^${value}$`) })),
    );
  expect(wanted.length).toBeGreaterThan(10);
  const unknown = wanted.filter(
    ({ label, form }) => !labels.some((one) => one.label === label && form.test(one.value)),
  );
  expect(unknown).toEqual([]);
});

test("what the dashboard's panels ask is PromQL", async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'sotto-dashboard-'));
  try {
    const rules = (await dashboardQueries()).map((expr, index) => ({ record: `panel:${index}`, expr }));
    await writeFile(join(scratch, 'panels.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    const checked = execFileSync('promtool', ['check', 'rules', join(scratch, 'panels.yml')], { encoding: 'utf8' });
    expect(checked).toContain(`SUCCESS: ${rules.length} rules found`);
  } finally {
    await rm(scratch, { recursive: true });
  }
});
