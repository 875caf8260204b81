import { ruleWords, type Findings, type RuleName } from '../verdicts.ts';

/** JUnit's XML: a suite for each rule, a case for each stream that it was asked of; a rule that found nothing to ask is skipped. */
export function junitOf(findings: Findings, seconds: number): string {
  const suites = (Object.keys(findings) as RuleName[]).map((rule) => suite(rule, findings[rule]));
  const all = Object.values(findings).flat();
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sotto call" tests="${all.length}" failures="${faulty(all)}" time="${seconds}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(rule: RuleName, found: Findings[RuleName]): string {
  const { must } = ruleWords[rule];
  const cases = found.map(({ from, to, source, fault }) => {
    const name = `name="${to} receives the ${escaped(source)} of ${from}"`;
    const start = `    <testcase classname="${rule}" ${name}`;
    return fault === undefined ? `${start}/>` : `${start}><failure message="${escaped(fault)}"/></testcase>`;
  });
  if (cases.length === 0)
    cases.push(`    <testcase classname="${rule}" name="nothing to judge"><skipped message="${must}"/></testcase>`);
  const counts = `tests="${cases.length}" failures="${faulty(found)}" skipped="${found.length === 0 ? 1 : 0}"`;
  return [`  <testsuite name="${rule}: ${must}" ${counts}>`, ...cases, '  </testsuite>'].join('\n');
}

function faulty(found: Findings[RuleName]): number {
  return found.filter(({ fault }) => fault !== undefined).length;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
