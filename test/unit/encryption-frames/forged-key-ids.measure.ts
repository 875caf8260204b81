// Measures what forged key ids cost: `node test/unit/encryption-frames/forged-key-ids.measure.ts` prints the share of one core
// that a worker spends on 1,000 a second next to an honest stream. A figure for people; the test beside it counts the tries.
import { forgedFrame } from './forged-key-ids.ts';
import { makeReceiver, makeSenderFor, outcome } from './people.ts';

const seconds = 30;
const perSecond = 1_000;

const receiver = makeReceiver();
makeSenderFor(receiver);
const frames = Array.from({ length: seconds * perSecond }, (_, number) => forgedFrame(number));
const before = process.cpuUsage();
for (const [number, frame] of frames.entries()) await outcome(receiver, 'camera', frame, (number * 1_000) / perSecond);
const { user, system } = process.cpuUsage(before);
const share = (user + system) / 1e6 / seconds;
process.stdout.write(`${(share * 100).toFixed(2)} % of a core for ${perSecond} forged key ids a second\n`);
