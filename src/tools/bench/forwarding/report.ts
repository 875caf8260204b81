import { ProtectionProfileAeadAes128Gcm } from 'werift';
import type { Machine } from '../machine.ts';
import { percentile, rounded, spreadOf, type Spread } from '../statistics.ts';
import type { SystemName } from '../systems/system.ts';
import type { Load, Shape } from './load.ts';

/** What was seen of one system in one window. */
export interface Window {
  /** Processor time of all its threads, for each packet that came to a receiver. */
  readonly nsPerPacket: number;
  /** Share of what was sent that came, to each who was to have it. */
  readonly delivered: number;
  /** Packets beside those that were asked for (probes for bandwidth), for each of those. */
  readonly others: number;
  /** How long stamped packets were under way. */
  readonly delaysMs: readonly number[];
}

type OfEach<T> = Readonly<Record<SystemName, T | null>>;

/** CPU time in ns per forwarded packet; null for a system that is not installed. Ratios are of medians: less than 1 is less than theirs. */
export interface ForwardingReport extends OfEach<Spread> {
  readonly ratioToMediasoup: number | null;
  readonly ratioToJanus: number | null;
  /** Least share of what was sent that was delivered in any window. */
  readonly delivered: OfEach<number>;
  /** Of all stamped packets of all windows, from before sealing to after opening, in ms. */
  readonly hopMs: OfEach<{ readonly p50: number; readonly p95: number; readonly p99: number }>;
  /** Packets beside those asked for, for each of those: probes for bandwidth. */
  readonly probes: OfEach<number>;
  /** The SRTP profile of every path. */
  readonly srtp: OfEach<string>;
  readonly shape: Shape & { readonly windows: number; readonly seconds: number };
  readonly machine: Machine;
}

interface Measured {
  readonly name: SystemName;
  readonly load: Load;
  readonly windows: readonly Window[];
}

/** The report of some systems' windows. */
export function reportOf(
  { media, senders, receivers, rate, bytes, windows, seconds }: ForwardingReport['shape'],
  measured: readonly Measured[],
  machine: Machine,
): ForwardingReport {
  const ofEach = <T>(of: (one: Measured) => T): OfEach<T> => {
    const one = (name: SystemName): T | null => {
      const found = measured.find((each) => each.name === name);
      return found === undefined ? null : of(found);
    };
    return { ours: one('ours'), mediasoup: one('mediasoup'), janus: one('janus') };
  };
  const costs = ofEach(({ windows: all }) => {
    const { min, median, max } = spreadOf(all.map(({ nsPerPacket }) => nsPerPacket));
    return { min: rounded(min, 0), median: rounded(median, 0), max: rounded(max, 0) };
  });
  const ratioTo = (other: Spread | null): number | null =>
    costs.ours === null || other === null ? null : rounded(costs.ours.median / other.median, 3);
  return {
    ...costs,
    ratioToMediasoup: ratioTo(costs.mediasoup),
    ratioToJanus: ratioTo(costs.janus),
    delivered: ofEach(({ windows: all }) => rounded(Math.min(...all.map(({ delivered }) => delivered)), 4)),
    hopMs: ofEach(({ windows: all }) => {
      const delays = all.flatMap(({ delaysMs }) => delaysMs);
      const at = (share: number): number => rounded(percentile(delays, share));
      return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
    }),
    probes: ofEach(({ windows: all }) => rounded(spreadOf(all.map(({ others }) => others)).median, 3)),
    srtp: ofEach(({ load }) => srtpOf(load.profiles)),
    shape: { media, senders, receivers, rate, bytes, windows, seconds },
    machine,
  };
}

/** RFC 7714 section 14.2. */
function srtpOf(profiles: ReadonlySet<number | undefined>): string {
  const [only, ...others] = profiles;
  return only === ProtectionProfileAeadAes128Gcm && others.length === 0
    ? 'AEAD_AES_128_GCM'
    : 'not the same everywhere';
}
