import type { Traffic } from '../../src/server/media/types.ts';
import { Metrics } from '../../src/server/telemetry/metrics.ts';

/** The first second of the day: a Monday, UTC. Fixed, so that the same day is made each time. */
const fromS = Date.UTC(2026, 0, 5) / 1_000;
const stepS = 60;
const steps = 1_220;

/** What the machine says of itself is this one's, so it is made up as well. */
const ofTheMachine = /^sotto_(resident_memory_bytes|cpu_seconds|event_loop_delay_seconds)/;

/**
 * Most of a day of a busy router, told by its real metrics, for `promtool tsdb create-blocks-from openmetrics`: few people at
 * night, many at work, a full router for a moment, a line that gets worse in the evening.
 */
export async function madeUpDay(): Promise<{ readonly text: string; readonly fromS: number; readonly untilS: number }> {
  const random = generator(7);
  const now = { calls: 0, participants: 0, received: 0, sent: 0, lost: 0, traffic: [] as Traffic[] };
  using metrics = new Metrics({
    calls: () => now.calls,
    participants: () => now.participants,
    mediaProcesses: () => now.calls + 2,
    traffic: async () => Promise.resolve(now.traffic),
    datagrams: () => now,
    certificateUntilMs: () => (fromS + 40 * 86_400) * 1_000,
  });
  const lines: string[] = [];
  let cpuSeconds = 0;
  for (let step = 0; step < steps; step += 1) {
    const hour = (step * stepS) / 3_600;
    const busy = bump(hour, 10.5, 2) + 0.8 * bump(hour, 15, 2) + 0.5 * bump(hour, 20, 1.5) + 0.02;
    now.participants = Math.round(400 * busy * (0.95 + 0.1 * random()));
    now.calls = Math.round(now.participants / 5);
    const worse = hour > 19 && hour < 21 ? 0.3 : 0.03;
    now.traffic = Array.from({ length: now.participants }, () => {
      const loss = random() < worse ? 0.02 + 0.08 * random() : 0.002;
      return { bitsIn: 4e5, bitsOut: 1.6e6, lossIn: loss, lossOut: loss / 2 };
    });
    now.received += now.participants * 90 * stepS;
    now.sent += now.participants * 360 * stepS;
    if (busy > 0.95) now.lost += 150;
    const delays = Array.from({ length: 10 }, () => (0.0004 + 0.001 * busy * busy) * (0.7 + 0.6 * random()));
    metrics.selfCalled({ udp: { ok: true, seconds: 0.4, delays }, tcp: { ok: true, seconds: 0.5, delays } });
    for (let ended = 0; ended < now.calls / 25; ended += 1) {
      metrics.callEnded('empty', 2 + Math.floor(10 * random() ** 2), Math.ceil(90 * random() ** 2));
      metrics.scrubbed(20 + 60 * random() * (0.5 + busy));
      for (let person = 0; person < 5; person += 1) metrics.socketEnded('left');
    }
    if (random() < busy) metrics.socketEnded('silent-too-long');
    if (random() < 0.2) metrics.socketEnded('malformed');
    if (random() < busy / 2) metrics.requestRefused('token-spent');
    if (busy > 0.97) for (let person = 0; person < 4; person += 1) metrics.requestRefused('router-busy');
    cpuSeconds += (0.05 + 0.5 * busy) * stepS;
    const machine = {
      'sotto_resident_memory_bytes{}': Math.floor((1.1e8 + 2e8 * busy) / 2 ** 23) * 2 ** 23,
      'sotto_cpu_seconds{}': Math.floor(cpuSeconds),
      'sotto_event_loop_delay_seconds{quantile="0.5"}': 0.0202 + 0.002 * busy,
      'sotto_event_loop_delay_seconds{quantile="0.99"}': 0.022 + 0.05 * busy * busy * (0.8 + 0.4 * random()),
      'up{}': 1,
    };
    const told = (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith('sotto_') && !ofTheMachine.test(line));
    const made = Object.entries(machine).map(([name, value]) => `${name} ${value}`);
    lines.push(...[...told, ...made].map((line) => sample(line, fromS + step * stepS)));
  }
  return { text: `${lines.join('\n')}\n# EOF\n`, fromS, untilS: fromS + (steps - 1) * stepS };
}

/** A line of metrics as Prometheus would store it: with its job and instance, at a time. */
function sample(line: string, atS: number): string {
  const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const all = [...(labels === '' ? [] : [labels]), 'job="sotto"', 'instance="calls.example:9880"'];
  return `${name}{${all.join(',')}} ${value} ${atS}`;
}

/** 1 at `middle`, less and less around it. */
function bump(hour: number, middle: number, width: number): number {
  return Math.exp(-(((hour - middle) / width) ** 2));
}

/** Numbers from 0 to 1, the same for the same seed (Lehmer, 1951). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
