import { inSeconds, percent, rules, type Evidence, type Finding } from './rules.ts';

export type RuleName = keyof typeof rules;

/** What was asked of a call, and whether it was so. */
export interface Verdict {
  readonly rule: RuleName | 'memory';
  /** Also where there was nothing to judge. */
  readonly ok: boolean;
  /** Of how many streams (of `back`: of how many cuts of each stream) it was asked. */
  readonly judged: number;
  /** What was found, in words; the worst where there is one. */
  readonly figure: string;
  /** What was found, stream by stream, where it was not so; in words. */
  readonly faults: readonly string[];
}

/** What every rule found. */
export type Findings = Readonly<Record<RuleName, readonly Finding[]>>;

/** Every rule: what must be so, in words, and what was found as one figure. */
export const ruleWords: Readonly<
  Record<RuleName, { readonly must: string; readonly figure: (values: readonly number[]) => string }>
> = {
  received: {
    must: 'Everybody decoded every camera and microphone that was on, but pictures that a weak line keeps away',
    figure: (values) => `${sum(values)} of ${values.length} came`,
  },
  opened: {
    must: 'Every frame opened, but while keys are on their way',
    figure: (values) => `${sum(values)} frames did not`,
  },
  sound: {
    must: 'No second without sound that really came, cuts apart',
    figure: (values) => longest('silence', values),
  },
  moving: {
    must: 'No picture stood still for more than 5 s, cuts apart',
    figure: (values) => longest('standstill', values),
  },
  freezes: {
    must: 'Pictures were frozen no more than their lines excuse',
    figure: (values) => `worst ${percent(Math.max(...values))} of the time`,
  },
  back: {
    must: 'Within 10 s after a cut every picture is as large again as before',
    figure: (values) => `${sum(values)} of ${values.length} were back`,
  },
};

/** Asks everything that can be asked of any call. */
export function findingsOn(evidence: Evidence): Findings {
  const all = pairs(evidence.participants);
  const found = ruleNames.map((rule) => [rule, all.flatMap(([from, to]) => rules[rule](evidence, from, to))]);
  return Object.fromEntries(found) as Findings;
}

/** What the findings come to. */
export function verdictsOn(findings: Findings): Verdict[] {
  return ruleNames.map((rule) => {
    const found = findings[rule];
    const faults = found.flatMap(({ fault }) => fault ?? []);
    const figure = found.length === 0 ? 'nothing to judge' : ruleWords[rule].figure(found.map(({ value }) => value));
    return { rule, ok: faults.length === 0, judged: found.length, figure, faults };
  });
}

const ruleNames = Object.keys(rules) as RuleName[];

function pairs(participants: number): [from: number, to: number][] {
  const numbers = Array.from({ length: participants }, (_, index) => index + 1);
  return numbers.flatMap((from) => numbers.filter((to) => to !== from).map((to): [number, number] => [from, to]));
}

/** What lasts less than the time between two looks is not seen. */
function longest(what: string, values: readonly number[]): string {
  const most = Math.max(...values);
  return most === 0 ? `no ${what} seen` : `longest ${what} ${inSeconds(most)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
