import type { Received } from './patience.ts';

/**
 * The entries of a connection's numbers that tell of what is received: of streams, and of the pair of addresses in use (W3C
 * webrtc-stats). There are ten times as many others, and to read an entry costs a browser more than to find it: so those that told
 * last time are asked for by name, and all are read only when there are more or fewer than before.
 */
export class ReceivedNumbers {
  #ids: readonly string[] = [];
  #size = 0;

  of(report: RTCStatsReport): RTCStats[] {
    const known = this.#ids.map((id) => report.get(id) as RTCStats | undefined).filter(tells);
    if (report.size === this.#size && known.length === this.#ids.length) return known;
    const all = [...(report.values() as Iterable<RTCStats>)].filter(tells);
    this.#ids = all.map(({ id }) => id);
    this.#size = report.size;
    return all;
  }
}

/** All of them together. */
export function receivedIn(entries: readonly RTCStats[]): Received {
  const total = { packets: 0, nacks: 0, roundTripMs: 0 };
  for (const entry of entries) {
    const { packetsReceived = 0, nackCount = 0 } = entry as RTCInboundRtpStreamStats;
    const { currentRoundTripTime = 0 } = entry as RTCIceCandidatePairStats;
    if (entry.type === 'inbound-rtp') {
      total.packets += packetsReceived;
      total.nacks += nackCount;
    } else total.roundTripMs = currentRoundTripTime * 1_000;
  }
  return total;
}

function tells(entry: RTCStats | undefined): entry is RTCStats {
  if (entry?.type === 'candidate-pair') return (entry as RTCIceCandidatePairStats).nominated === true;
  return entry?.type === 'inbound-rtp';
}
