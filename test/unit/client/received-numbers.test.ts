import { expect, test } from 'vitest';
import { ReceivedNumbers, receivedIn } from '../../../src/client/media/received-numbers.ts';

/** A browser's report that counts the entries that are read. */
class Report extends Map<string, RTCStats> {
  reads = 0;

  constructor(entries: readonly (RTCStats & Record<string, unknown>)[]) {
    super(entries.map((entry) => [entry.id, entry]));
  }

  override get(id: string): RTCStats | undefined {
    this.reads += 1;
    return super.get(id);
  }

  override *values(): MapIterator<RTCStats> {
    for (const entry of super.values()) {
      this.reads += 1;
      yield entry;
    }
  }
}

const entry = (
  id: string,
  type: RTCStatsType,
  more: Record<string, unknown> = {},
): RTCStats & Record<string, unknown> => ({
  id,
  type,
  timestamp: 0,
  ...more,
});
const others = Array.from({ length: 40 }, (_, index) => entry(`other${index}`, 'codec'));
const sound = entry('sound', 'inbound-rtp', { packetsReceived: 5, nackCount: 1 });
const picture = entry('picture', 'inbound-rtp', { packetsReceived: 7 });
const pair = entry('pair', 'candidate-pair', { nominated: true, currentRoundTripTime: 0.2 });
const unused = entry('unused', 'candidate-pair', { nominated: false, currentRoundTripTime: 9 });

/** What is found in a report, and how many entries were read for it. */
function read(numbers: ReceivedNumbers, entries: readonly (RTCStats & Record<string, unknown>)[]): [string[], number] {
  const report = new Report(entries);
  const found = numbers.of(report).map(({ id }) => id);
  return [found, report.reads];
}

test('only what tells of what is received is read again, until there is more, less, or another pair', () => {
  const numbers = new ReceivedNumbers();
  expect(read(numbers, [...others, sound, pair, unused])).toEqual([['sound', 'pair'], 43]);
  expect(read(numbers, [...others, sound, pair, unused])).toEqual([['sound', 'pair'], 2]);
  expect(read(numbers, [...others, sound, picture, pair, unused])[0]).toEqual(['sound', 'picture', 'pair']);
  expect(read(numbers, [...others, picture, pair, unused])[0]).toEqual(['picture', 'pair']);
  const moved = [
    entry('pair', 'candidate-pair', { nominated: false }),
    entry('unused', 'candidate-pair', { nominated: true }),
  ];
  expect(read(numbers, [...others, picture, ...moved])[0]).toEqual(['picture', 'unused']);
});

test('all together they are packets, repeats asked for, and the way there and back', () => {
  expect(receivedIn([sound, picture, pair])).toEqual({ packets: 12, nacks: 1, roundTripMs: 200 });
});
