import type { Ending, Findings } from './examination.ts';
import { kinds, type Kind } from './needles.ts';

/** One examination and how its call ended. */
export interface Run extends Findings {
  readonly ending: Ending;
}

/** What a running call must have in memory: if the search does not find it there, it is blind. */
const held: readonly Kind[] = [
  'address text',
  'address bytes',
  'call id',
  'participant id',
  'run of a call',
  'ICE user fragment',
  'ICE password',
  'DTLS fingerprint',
  'media id',
  'channel key',
  'channel cookie',
];
/** How much larger the router may be after many calls than after the first 20. */
const growth = 1.1;

export interface Report {
  readonly ok: boolean;
  readonly hitsDuring: number;
  readonly hitsAfter: number;
  readonly byKind: Findings['byKind'];
  /** Most processes that a router had. */
  readonly processes: number;
  readonly seconds: number;
  /** The same with a router that was told not to forget. */
  readonly control: Pick<Findings, 'hitsDuring' | 'hitsAfter' | 'byKind'>;
  readonly runs: readonly (Omit<Findings, 'left' | 'byKind'> & { readonly ending: Ending })[];
  /** Why it is not ok, in words. */
  readonly problems: readonly string[];
}

/** Judges examinations: nothing may be left by any, and the control must show that there was something to find. */
export function reportOn(runs: readonly Run[], control: Run, seconds: number): Report {
  const problems = [
    ...runs.flatMap((run) => problemsOf(run).map((problem) => `${run.ending}: ${problem}`)),
    ...(control.hitsAfter === 0 ? ['the control found nothing after the end'] : []),
  ];
  const all = kinds.map((kind) => [
    kind,
    { during: sum(runs, ({ byKind }) => byKind[kind].during), after: sum(runs, ({ byKind }) => byKind[kind].after) },
  ]);
  const { hitsDuring, hitsAfter, byKind } = control;
  return {
    ok: problems.length === 0,
    hitsDuring: sum(runs, (run) => run.hitsDuring),
    hitsAfter: sum(runs, (run) => run.hitsAfter),
    byKind: Object.fromEntries(all) as Findings['byKind'],
    processes: Math.max(...runs.map((run) => run.processes)),
    seconds: Math.round(seconds),
    control: { hitsDuring, hitsAfter, byKind },
    runs: runs.map(({ left: _left, byKind: _byKind, ...run }) => run),
    problems,
  };
}

function problemsOf(run: Run): string[] {
  const [first, last] = run.privateKb ?? [1, 1];
  const unseen = run.ending === 'refused' ? [] : held.filter((kind) => run.byKind[kind].during === 0);
  return [
    ...(run.hitsAfter > 0 ? [`${run.hitsAfter} copies are left`] : []),
    ...(run.hitsDuring === 0 ? ['the search found nothing while the call ran'] : []),
    ...unseen.map((kind) => `the search did not see this while the call ran: ${kind}`),
    ...(run.hitsRunning === 0 ? ['the search did not see the call that went on'] : []),
    ...(run.hitsLeaver.router > 0
      ? [`${run.hitsLeaver.router} copies are left of one who left a call that goes on`]
      : []),
    ...(run.hitsWritten > 0 ? [`${run.hitsWritten} of it stand in what the router wrote or served as metrics`] : []),
    ...run.files.map((file) => `a file was written: ${file}`),
    ...(last > first * growth ? [`memory grew from ${first} to ${last} KB`] : []),
  ];
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
