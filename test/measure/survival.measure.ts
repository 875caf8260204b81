import { networkInterfaces } from 'node:os';
import { percentile } from '../support/percentile.ts';
import { SurvivalStage, type Measured } from '../support/survival-stage.ts';

/** How often each thing happens to the call. */
const tries = 10;
/** Or as many as the first argument says. */
const participants = Number(process.argv[2] ?? 4);
/** How long after its end a router is started again, in ms: by systemd and by compose (deploy/). */
const restartMs = 100;
/** A call bears two deaths of its media process within a minute. */
const deathsOfOneCall = 2;

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/** What one event did to every stream of everybody in the call. */
type Try = Measured & { readonly same: boolean };

function tell(what: string, all: readonly Try[]): void {
  const gaps = (kind: 'sound' | 'picture'): string => {
    const values = all.flatMap((measured) => measured[kind]);
    return `${kind} p50 ${seconds(percentile(values, 0.5))} p95 ${seconds(percentile(values, 0.95))} s`;
  };
  const undecryptable = all.filter(({ undecryptableMs }) => undecryptableMs !== undefined).length;
  const same = all.every((measured) => measured.same) ? 'yes' : 'NO';
  process.stdout.write(
    `  ${what}: ${gaps('sound')}, ${gaps('picture')}; same people and code: ${same}; tries with frames that did not open: ${undecryptable}\n`,
  );
}

/** Lets it happen `count` times to one call. */
async function happen(
  count: number,
  elsewhere: boolean,
  event: (stage: SurvivalStage) => Promise<void>,
): Promise<Try[]> {
  await using stage = await SurvivalStage.open(participants, elsewhere);
  const all: Try[] = [];
  for (let number = 0; number < count; number += 1) {
    const measured = await stage.measure(() => event(stage));
    const same =
      measured.codes.size === 1 &&
      measured.codes.has(stage.code) &&
      measured.people.every((others) => others === participants - 1);
    all.push({ ...measured, same });
  }
  return all;
}

process.stdout.write(`  longest gap at each of ${participants} receivers, ${tries} tries each\n`);
tell('sockets cut for 1 s', await happen(tries, false, (stage) => stage.cutSockets(1_000)));

const awayMs: number[] = [];
const restart = async (stage: SurvivalStage): Promise<void> => {
  const fromMs = performance.now();
  await stage.restartRouter(restartMs);
  awayMs.push(performance.now() - fromMs);
};
tell('router killed, started again 0.1 s later', await happen(tries, false, restart));
process.stdout.write(
  `    the router itself was away for p50 ${seconds(percentile(awayMs, 0.5))} p95 ${seconds(percentile(awayMs, 0.95))} s\n`,
);

const deaths: Try[] = [];
while (deaths.length < tries) deaths.push(...(await happen(deathsOfOneCall, false, (stage) => stage.killMedia())));
tell('media process killed', deaths);

if (networkInterfaces()['sotto0'] === undefined)
  process.stdout.write(
    '  address changed: takes a network of its own: test/namespace.sh node test/measure/survival.measure.ts\n',
  );
else tell('address changed', await happen(tries, true, (stage) => stage.changeAddress()));
