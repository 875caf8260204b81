import { memoryMust } from '../memory/memory-report.ts';
import type { Environment, Happening, Observed } from '../observed.ts';
import type { CallResult } from '../run-call.ts';
import { cutsOn } from '../rules.ts';
import { spansOf } from '../scenario/scenario.ts';
import type { CostPoint } from '../server-cost.ts';
import type { Stretch } from '../spans.ts';
import { ruleWords, type Verdict } from '../verdicts.ts';
import { joinsOf, type Join } from './joins.ts';
import { titleOf } from './plotted-call.ts';
import { matrixOf, type Cell } from './matrix.ts';
import { rekeysOf, type Rekey } from './rekeys.ts';
import { stripOf, type Row } from './strip.ts';

/** All that the HTML report shows. No address, id or key is in it. */
export interface ShownCall {
  readonly ok: boolean;
  readonly title: string;
  readonly command: string;
  readonly participants: number;
  readonly seconds: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly verdicts: readonly (Verdict & { readonly must: string })[];
  readonly complaints: number;
  readonly strip: readonly Row[];
  /** Within the measured time. */
  readonly happenings: readonly Happening[];
  /** When nothing passed on a participant's line. */
  readonly cuts: readonly ({ readonly who: number } & Stretch)[];
  readonly matrix: readonly (readonly (Cell | null)[])[];
  readonly joins: readonly Join[];
  readonly rekeys: readonly Rekey[];
  readonly cost: readonly CostPoint[] | null;
  readonly pictures: Observed['pictures'];
  readonly environment: Environment;
}

/** What the report page draws. `command`: how the call was asked for. */
export function shownCall(result: CallResult, observed: Observed, command: string): ShownCall {
  const { report, courses, lines, scenario } = result;
  const { participants, seconds, streams, joinMs, verdicts } = report;
  const { height, framesPerSecond, happenings, marks, keys, cost, pictures, environment, complaints } = observed;
  const isMeasured = ({ atMs }: { readonly atMs: number }): boolean => atMs >= 0 && atMs <= seconds * 1_000;
  return {
    ok: report.ok,
    title: titleOf(report),
    command,
    participants,
    seconds,
    height,
    framesPerSecond,
    verdicts: verdicts.map((verdict) => ({
      ...verdict,
      must: verdict.rule === 'memory' ? memoryMust : ruleWords[verdict.rule].must,
    })),
    complaints,
    strip: stripOf({ courses, spans: spansOf(scenario), lines, seconds, height }),
    happenings: happenings.filter(isMeasured),
    cuts: lines.flatMap((line) => cutsOn(line).map((cut) => ({ who: line.who, ...cut }))),
    matrix: matrixOf(streams, participants),
    joins: joinsOf({ happenings, marks, joinMs, streams }),
    rekeys: rekeysOf(happenings, keys),
    cost: cost?.filter(isMeasured) ?? null,
    pictures,
    environment,
  };
}
