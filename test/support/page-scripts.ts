import type { ParticipantTab } from '../../src/tools/call/tab.ts';

/** Loads a participant's page anew with `script` run before its own code. */
export async function withScript(tab: ParticipantTab, script: () => void): Promise<void> {
  await tab.page.evaluateOnNewDocument(script);
  await tab.page.reload();
  await tab.page.waitForFunction('globalThis.sotto !== undefined');
}

/** Remembers every connection of the page, for `framesEncoded`. */
export function rememberConnections(): void {
  const connections: RTCPeerConnection[] = [];
  const Original = RTCPeerConnection;
  class Remembered extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  }
  Object.assign(globalThis, { RTCPeerConnection: Remembered, connections });
}

/** How many video frames the page's encoders have made. Needs `rememberConnections`. */
export async function framesEncoded(tab: ParticipantTab): Promise<number> {
  return tab.page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    let frames = 0;
    for (const connection of connections)
      for (const entry of (await connection.getStats()).values() as Iterable<RTCOutboundRtpStreamStats>)
        if (entry.type === 'outbound-rtp') frames += entry.framesEncoded ?? 0;
    return frames;
  });
}

/**
 * Lets every transform of a sender take effect only half a second after the page has set it, and lies to whoever looks
 * whether it is set: the way that fails open in Chromium.
 */
export function delayTransforms(): void {
  const own = Object.getOwnPropertyDescriptor(RTCRtpSender.prototype, 'transform');
  if (own?.set === undefined) throw new Error('no transforms here');
  const claimed = new WeakMap<RTCRtpSender, RTCRtpScriptTransform | null>();
  Object.defineProperty(RTCRtpSender.prototype, 'transform', {
    get(this: RTCRtpSender) {
      return claimed.get(this) ?? null;
    },
    set(this: RTCRtpSender, transform: RTCRtpScriptTransform | null) {
      claimed.set(this, transform);
      setTimeout(() => {
        own.set?.call(this, transform);
      }, 500);
    },
  });
}

/** Takes away the setting that makes Chromium hold frames back until there is a transform, as if nobody had asked for it. */
export function dropHoldBack(): void {
  const Original = RTCPeerConnection;
  class FailingOpen extends Original {
    constructor(configuration: RTCConfiguration & { encodedInsertableStreams?: boolean } = {}) {
      super({ ...configuration, encodedInsertableStreams: false } as RTCConfiguration);
    }
  }
  Object.assign(globalThis, { RTCPeerConnection: FailingOpen });
}

/** The MIME types of the videos that come in now, sorted, each once. Needs `rememberConnections`. */
export async function codecReceived(tab: ParticipantTab): Promise<readonly string[]> {
  return tab.page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    const names = new Set<string>();
    for (const connection of connections.filter(({ signalingState }) => signalingState !== 'closed')) {
      const report = new Map<string, RTCStats>(
        (await connection.getStats()) as Iterable<[string, RTCStats]> & RTCStatsReport,
      );
      for (const entry of report.values() as Iterable<RTCInboundRtpStreamStats>) {
        if (entry.type !== 'inbound-rtp' || entry.kind !== 'video' || (entry.framesDecoded ?? 0) === 0) continue;
        const codec = report.get(entry.codecId ?? '') as (RTCStats & { mimeType?: string }) | undefined;
        names.add(codec?.mimeType ?? 'unknown');
      }
    }
    return [...names].sort();
  });
}
