import { ruleWords, type Findings, type RuleName } from '../verdicts.ts';

/** JUnit's XML: a suite for each rule, a case for each stream that it was asked of; a rule that found nothing to ask is skipped. */
export function junitOf(findings: Findings, seconds: number): string {
  const suites = (Object.keys(findings) as RuleName[]).map((rule) => suite(rule, findings[rule]));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sotto call" ${countsOf(Object.values(findings))} time="${seconds}">`,
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
  return [`  <testsuite name="${rule}: ${must}" ${countsOf([found])}>`, ...cases, '  </testsuite>'].join('\n');
}

function countsOf(suites: readonly Findings[RuleName][]): string {
  const skipped = suites.filter((found) => found.length === 0).length;
  const all = suites.flat();
  const failures = all.filter(({ fault }) => fault !== undefined).length;
  return `tests="${all.length + skipped}" failures="${failures}" skipped="${skipped}"`;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
