/**
 * Every check and every test, one after the other, whatever fails before. The last line counts them:
 * `N passed, N failed`. Exit code 1 if anything failed, or if a test project ran no test.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const checks = ['check:types', 'check:lint', 'check:format', 'check:imports', 'check:unused'];
const projects = ['unit', 'integration', 'e2e'];

/** Runs a command with its output shown; whether it succeeded. */
async function run(command: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(command, args, { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.on('error', () => {
      resolve(false);
    });
    child.on('close', (code) => {
      resolve(code === 0);
    });
  });
}

/** The counts of vitest's JSON report; a run without a report, without a test, or with a failing file counts as failed. */
async function counts(reportFile: string, succeeded: boolean): Promise<{ passed: number; failed: number }> {
  try {
    const report = JSON.parse(await readFile(reportFile, 'utf8')) as { numPassedTests: number; numFailedTests: number };
    const { numPassedTests: passed, numFailedTests: failed } = report;
    return { passed, failed: failed === 0 && (!succeeded || passed === 0) ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const reports = await mkdtemp(join(tmpdir(), 'sotto-test-'));
const total = { passed: 0, failed: 0 };
try {
  for (const check of checks) {
    process.stdout.write(`\n▶ ${check}\n`);
    const good = await run('npm', ['run', '--silent', check]);
    total[good ? 'passed' : 'failed'] += 1;
    if (!good) process.stdout.write(`✗ ${check} failed\n`);
  }
  for (const project of projects) {
    process.stdout.write(`\n▶ ${project} tests\n`);
    const file = join(reports, `${project}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const good = await run('npm', ['run', '--silent', `test:${project}`, '--', ...reporters]);
    const { passed, failed } = await counts(file, good);
    total.passed += passed;
    total.failed += failed;
  }
} finally {
  await rm(reports, { recursive: true, force: true });
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
