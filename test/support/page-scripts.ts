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

/** Has a page encode all layers of its video, also those that nobody receives: who listens inside the router is nobody. */
export function encodeAlways(): void {
  const own = Object.getOwnPropertyDescriptor(RTCRtpSender.prototype, 'setParameters');
  const setParameters = own?.value as RTCRtpSender['setParameters'];
  RTCRtpSender.prototype.setParameters = function (parameters) {
    for (const encoding of parameters.encodings) encoding.active = true;
    return setParameters.call(this, parameters);
  };
}

/** One layer of the video that a page sends. */
export interface EncodedLayer {
  readonly rid: string;
  /** It is to be encoded, if the line allows. */
  readonly active: boolean;
  /** Encoded and sent so far. */
  readonly frames: number;
  readonly bytes: number;
}

/** The layers of the page's video, smallest first. Needs `rememberConnections`. */
export async function encodedLayers(tab: ParticipantTab): Promise<readonly EncodedLayer[]> {
  return tab.page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    const sender = connections.flatMap((each) => each.getSenders()).find(({ track }) => track?.kind === 'video');
    const report = [...((await sender?.getStats())?.values() ?? [])] as RTCOutboundRtpStreamStats[];
    return (sender?.getParameters().encodings ?? []).map(({ rid = '', active = true }) => {
      const stats = report.find((entry) => entry.type === 'outbound-rtp' && (entry.rid ?? '') === rid);
      return { rid, active, frames: stats?.framesEncoded ?? 0, bytes: stats?.bytesSent ?? 0 };
    });
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

/** Lets every worker of the page begin a second late, as a busy device does: what is sent to it before has to wait. */
export function delayWorkers(): void {
  const Original = Worker;
  const moduleOf = (code: string): string => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  class Late extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      const busy = moduleOf('const until = performance.now() + 1000; while (performance.now() < until);');
      const own = new URL(url, location.href).href;
      super(moduleOf(`import ${JSON.stringify(busy)}; import ${JSON.stringify(own)};`), options);
    }
  }
  Object.assign(globalThis, { Worker: Late });
}

/** The MIME types of the videos that come in now, sorted, each once. Needs `rememberConnections`. */
export async function codecReceived(tab: ParticipantTab): Promise<readonly string[]> {
  return tab.page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    const names = new Set<string>();
    for (const connection of connections.filter(({ signalingState }) => signalingState !== 'closed')) {
      // The first section of a session description is never closed: what came in it is still among the numbers.
      const open = connection.getTransceivers().filter(({ currentDirection }) => currentDirection === 'recvonly');
      const mids = new Set(open.map(({ mid }) => mid));
      const report = new Map<string, RTCStats>(
        (await connection.getStats()) as Iterable<[string, RTCStats]> & RTCStatsReport,
      );
      for (const entry of report.values() as Iterable<RTCInboundRtpStreamStats>) {
        if (entry.type !== 'inbound-rtp' || entry.kind !== 'video' || (entry.framesDecoded ?? 0) === 0) continue;
        if (!mids.has(entry.mid ?? null)) continue;
        const codec = report.get(entry.codecId ?? '') as (RTCStats & { mimeType?: string }) | undefined;
        names.add(codec?.mimeType ?? 'unknown');
      }
    }
    return [...names].sort();
  });
}
