import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

/** Other programs are run here, on a machine that may have much to do. */
const timeout = 60_000;

const folder = fileURLToPath(new URL('../../../deploy/watch', import.meta.url));
const rules = parse(readFileSync(join(folder, 'alerts.yml'), 'utf8')) as {
  groups: { rules: { alert: string }[] }[];
};
const alerts = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert));

type Series = Readonly<Record<string, string>>;

/** A router that is well, minute by minute for two hours (promtool's notation), with a scrub or a refused request now and then. */
const well: Series = {
  'up{job="sotto"}': '1x120',
  sotto_cpu_seconds: '0+2x120',
  'sotto_self_call_ok{transport="udp"}': '1x120',
  'sotto_requests_refused_total{code="router-busy"}': '0x120',
  'sotto_requests_refused_total{code="token-refused"}': '0x60 5x60',
  sotto_media_processes_died_total: '0x120',
  'sotto_sockets_ended_total{reason="internal"}': '0x120',
  'sotto_sockets_ended_total{reason="malformed"}': '0+5x120',
  'sotto_udp_datagrams{direction="in"}': '0+1000000x120',
  'sotto_udp_datagrams{direction="out"}': '0+4000000x120',
  sotto_udp_datagrams_lost: '0+100x120',
  'sotto_media_lines{direction="in",loss="over-5-percent"}': '5x120',
  'sotto_media_lines{direction="in",loss="over-1-percent"}': '0x120',
  'sotto_media_lines{direction="in",loss="less"}': '50x120',
  'sotto_event_loop_delay_seconds{quantile="0.99"}': '0.03x120',
  sotto_scrub_pause_seconds_count: '0+5x120',
  'sotto_scrub_pause_seconds_bucket{le="0.2"}': '0+5x120',
  sotto_resident_memory_bytes: '200000000x120',
  sotto_certificate_ends_seconds: '2592000x120',
};

/** What is different when something is wrong, by the alert that must tell of it, and no other. */
const faults: Readonly<Record<string, Series>> = {
  SottoDown: { 'up{job="sotto"}': '1x110 0x10' },
  SottoRestarts: { sotto_cpu_seconds: '0+2x80 0+2x10 0+2x10 0+2x17' },
  SottoUnreachable: { 'sotto_self_call_ok{transport="udp"}': '1x110 0x10' },
  SottoTurnsAway: { 'sotto_requests_refused_total{code="router-busy"}': '0x100 5+5x20' },
  SottoTokensRefused: { 'sotto_requests_refused_total{code="token-refused"}': '0x100 5+5x20' },
  SottoMediaProcessesDie: { sotto_media_processes_died_total: '0x100 5x20' },
  SottoInternalErrors: { 'sotto_sockets_ended_total{reason="internal"}': '0x100 5x20' },
  SottoDatagramsLost: { sotto_udp_datagrams_lost: '0+2000x120' },
  SottoLinesLossy: { 'sotto_media_lines{direction="in",loss="over-5-percent"}': '20x120' },
  SottoSignallingLate: { 'sotto_event_loop_delay_seconds{quantile="0.99"}': '0.4x120' },
  SottoScrubsLong: { 'sotto_scrub_pause_seconds_bucket{le="0.2"}': '0+4x120' },
  SottoMemoryGrows: { sotto_resident_memory_bytes: '1600000000x120' },
  SottoProbed: { 'sotto_sockets_ended_total{reason="malformed"}': '0+200x120' },
  SottoCertificateEnds: { sotto_certificate_ends_seconds: '1000000x120' },
};

/** A test for promtool: two hours of a router, and which alerts fire at their end. */
const firing = (different: Series, expected: readonly string[]): object => ({
  interval: '1m',
  input_series: Object.entries({ ...well, ...different }).map(([series, values]) => ({ series, values })),
  promql_expr_test: [
    {
      expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: '2h',
      exp_samples: expected.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
    },
  ],
});

test("Prometheus' own checker finds settings and alert rules good", { timeout }, () => {
  const checked = execFileSync('promtool', ['check', 'config', 'prometheus.yml'], { cwd: folder, encoding: 'utf8' });
  expect(checked).toContain(`SUCCESS: ${alerts.length} rules found`);
});

test('a router that is well raises no alert, and each fault raises its own and no other', { timeout }, () => {
  expect(Object.keys(faults)).toEqual(alerts);
  const tests = [firing({}, []), ...Object.entries(faults).map(([alert, series]) => firing(series, [alert]))];
  const scratch = mkdtempSync(join(tmpdir(), 'sotto-alerts-'));
  try {
    const file = join(scratch, 'tests.yml'); // JSON is YAML
    writeFileSync(file, JSON.stringify({ rule_files: [join(folder, 'alerts.yml')], evaluation_interval: '1m', tests }));
    expect(execFileSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })).toContain('SUCCESS');
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

test('the manual says of each alert what it means and what to do', () => {
  const manual = readFileSync(join(folder, '../README.md'), 'utf8');
  const told = [...manual.matchAll(/^\| `(Sotto[A-Za-z]+)` \|/gm)].map(([, alert]) => alert);
  expect(told).toEqual(alerts);
});
