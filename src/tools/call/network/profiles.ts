import type { Change, Line, Profile } from './profile.ts';

/** A good line to a router on the same continent: nothing is lost, and it takes its time. */
const good: Line = {
  delayMs: 20,
  jitterMs: 1,
  reordering: 0,
  loss: 0,
  bursts: undefined,
  duplication: 0,
  bottleneck: undefined,
  cut: false,
};

/** A radio that neighbours use, too. */
const shared: Line = { ...good, jitterMs: 8, reordering: 0.002, bursts: { toBad: 0.002, toGood: 0.3, loss: 0.6 } };

/** The queue of a usual access router: 64 KiB, or as much as would wait for `queueMs`. */
function bottleneck(bitsPerSecond: number, queueMs: number): Line['bottleneck'] {
  return { bitsPerSecond, queueMs, queueBytes: 65_536 };
}

function both(about: string, freezeShare: number, line: Partial<Line>, changes: readonly Change[] = []): Profile {
  return { about, up: { ...good, ...line }, down: { ...good, ...line }, changes, freezeShare };
}

const nothing: Pick<Change, 'up' | 'down'> = { up: { cut: true }, down: { cut: true } };

/**
 * The networks that a tester can dial, for the line of one participant to the router. What is said of loss holds for each
 * direction, so that between two participants on such a line it happens twice.
 */
const table = {
  good: both('a line without trouble: 20 ms each way, as within a continent', 0.02, {}),
  wifi: {
    about:
      'crowded Wi-Fi at home: others’ packets in the way, losses in bursts of about 3 packets, some overtaken; 40/20 Mbit/s',
    up: { ...shared, bottleneck: bottleneck(20_000_000, 150) },
    down: { ...shared, bottleneck: bottleneck(40_000_000, 150) },
    changes: [],
    freezeShare: 0.02,
  },
  train: {
    about:
      'mobile data on a train: a change of cell every 15 s (300 ms of nothing), a stretch of 500 kbit/s, a tunnel of 3 s each minute',
    up: { ...good, delayMs: 40, jitterMs: 12, loss: 0.005, bottleneck: bottleneck(4_000_000, 400) },
    down: { ...good, delayMs: 40, jitterMs: 12, loss: 0.005, bottleneck: bottleneck(12_000_000, 400) },
    changes: [
      {
        fromMs: 20_000,
        forMs: 10_000,
        everyMs: 60_000,
        up: { bottleneck: bottleneck(500_000, 400) },
        down: { bottleneck: bottleneck(500_000, 400) },
      },
      { fromMs: 7_000, forMs: 300, everyMs: 15_000, ...nothing },
      { fromMs: 40_000, forMs: 3_000, everyMs: 60_000, ...nothing },
    ],
    freezeShare: 0.2,
  },
  '3g': {
    about:
      'third-generation mobile data as web performance tests have it: 1.6 Mbit/s down, 768 kbit/s up, 150 ms each way',
    up: { ...good, delayMs: 150, jitterMs: 10, bottleneck: bottleneck(768_000, 1_000) },
    down: { ...good, delayMs: 150, jitterMs: 10, bottleneck: bottleneck(1_600_000, 1_000) },
    changes: [],
    freezeShare: 0.08,
  },
  satellite: {
    about:
      'by way of a geostationary satellite, 2 × 36,000 km (240 ms at the speed of light) and its modems; 20/3 Mbit/s',
    up: { ...good, delayMs: 290, jitterMs: 8, loss: 0.002, bottleneck: bottleneck(3_000_000, 500) },
    down: { ...good, delayMs: 290, jitterMs: 8, loss: 0.002, bottleneck: bottleneck(20_000_000, 500) },
    changes: [],
    freezeShare: 0.08,
  },
  'lossy-2': both('2 in 100 packets lost each way', 0.02, { loss: 0.02 }),
  'lossy-5': both(
    '5 in 100 packets lost each way, each for itself: a bad line on which a call is still to be good',
    0.02,
    {
      loss: 0.05,
    },
  ),
  'lossy-10': both('10 in 100 packets lost each way: about the worst that people put up with', 0.08, { loss: 0.1 }),
  bursty: both('good for seconds, then half of some 20 packets lost: an overloaded link somewhere on the way', 0.08, {
    bursts: { toBad: 0.005, toGood: 0.05, loss: 0.5 },
  }),
  detours: both('packets by different ways: 5 in 100 overtaken, 1 in 100 twice', 0.02, {
    jitterMs: 5,
    reordering: 0.05,
    duplication: 0.01,
  }),
  '300k': both('300 kbit/s each way: sound, and the smallest picture of somebody', 0.08, {
    bottleneck: bottleneck(300_000, 300),
  }),
  '1m': both('1 Mbit/s each way: the rest of a line that others are using', 0.05, {
    bottleneck: bottleneck(1_000_000, 300),
  }),
  '5m': both('5 Mbit/s each way: a usual line at home', 0.02, { bottleneck: bottleneck(5_000_000, 200) }),
  'cut-5s': both('5 s of nothing at all, media and signalling, 5 s after the measuring began', 0.02, {}, [
    { fromMs: 5_000, forMs: 5_000, ...nothing },
  ]),
} satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof table;

export const profiles: Readonly<Record<ProfileName, Profile>> = table;

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(profiles, name);
}

/** What there is to choose from, in words. */
export function networksInWords(): string {
  const width = Math.max(...Object.keys(profiles).map((name) => name.length));
  return Object.entries(profiles)
    .map(([name, { about }]) => `${name.padEnd(width)}  ${about}`)
    .join('\n');
}
