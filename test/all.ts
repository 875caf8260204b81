/**
 * Every check and every test, one after the other, whatever fails before. What failed is said again at the end,
 * and the last line counts: `N passed, N failed`. Exit code 1 if anything failed, or if a test project ran no test.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

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

/** What a run of vitest came to: tests that passed, and what failed, in words. */
interface Outcome {
  readonly passed: number;
  readonly failures: readonly string[];
}

/** The part that is used here of vitest's JSON report. */
interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The outcome of vitest's JSON report; a run without a report, without a test, or that failed for no test's sake counts as one failure. */
async function outcome(project: string, reportFile: string, succeeded: boolean): Promise<Outcome> {
  const report = await readFile(reportFile, 'utf8').then(
    (text) => JSON.parse(text) as Report,
    (): Report => ({ numPassedTests: 0, testResults: [] }),
  );
  const failures = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${relative('.', name)}: ${fullName}\n${failureMessages.join('\n')}`),
  );
  const passed = report.numPassedTests;
  if (failures.length > 0 || (succeeded && passed > 0)) return { passed, failures };
  const messages = report.testResults.map(({ message }) => message).filter((message) => message !== '');
  return { passed, failures: [[`the ${project} tests as a whole`, ...messages].join('\n')] };
}

const reports = await mkdtemp(join(tmpdir(), 'sotto-test-'));
let passed = 0;
const failures: string[] = [];
try {
  for (const check of checks) {
    process.stdout.write(`\n▶ ${check}\n`);
    if (await run('npm', ['run', '--silent', check])) passed += 1;
    else failures.push(check);
  }
  for (const project of projects) {
    process.stdout.write(`\n▶ ${project} tests\n`);
    const file = join(reports, `${project}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const good = await run('npm', ['run', '--silent', `test:${project}`, '--', ...reporters]);
    const result = await outcome(project, file, good);
    passed += result.passed;
    failures.push(...result.failures);
  }
} finally {
  await rm(reports, { recursive: true, force: true });
}
for (const failure of failures) process.stdout.write(`\n✗ ${failure}\n`);
process.stdout.write(`\n${passed} passed, ${failures.length} failed\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
