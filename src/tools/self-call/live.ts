import type { Settings } from '../../server/settings/settings.ts';
import { hasPassed } from '../../server/self-call/reachability.ts';
import { transports, type Attempt, type SelfCall, type Transport } from '../../server/self-call/result.ts';
import { failuresInWords } from '../../server/self-call/words.ts';
import { ControlClient, NoRouterError } from '../status/control-client.ts';
import { certificateDoubt } from './certificate.ts';
import { selfCall } from './self-call.ts';

/** What a call with the router that runs has shown. */
export interface Live {
  readonly ok: boolean;
  /** Null: no router runs. */
  readonly call: SelfCall | null;
  /** In words: what went well, what kept the call from passing and what to do, and what is not wise. */
  readonly passed: readonly string[];
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
}

/** Calls the router on this machine that runs with these settings. `says`: told what goes on. Never rejects for its being out of reach. */
export async function checkLive(settings: Settings, says: (line: string) => void): Promise<Live> {
  const tells = (transport: Transport): void => {
    says(`Calling the router over ${transport.toUpperCase()} …`);
  };
  try {
    const control = await ControlClient.find(settings);
    const { address } = await control.status();
    const call = await selfCall(control, tells);
    const doubt = settings.tls.kind === 'files' ? await certificateDoubt(address) : undefined;
    return {
      ok: hasPassed(call),
      call,
      passed: transports.flatMap((transport) => praise(transport, call[transport])),
      failures: failuresInWords(call, { ...settings.media, address }),
      warnings: doubt === undefined ? [] : [doubt],
    };
  } catch (error) {
    if (!(error instanceof NoRouterError)) throw error;
    const failure = `${error.message} If none runs, start it: sotto serve, with the same settings.`;
    return { ok: false, call: null, passed: [], failures: [failure], warnings: [] };
  }
}

function praise(transport: Transport, attempt: Attempt): string[] {
  if (!attempt.ok) return [];
  const sorted = [...attempt.delays].sort((a, b) => a - b);
  const middleMs = (sorted[Math.floor(sorted.length / 2)] ?? 0) * 1_000;
  return [
    `${transport.toUpperCase()}: two participants heard each other's encrypted sound ${attempt.seconds.toFixed(1)} s after the start; a packet took ${middleMs.toFixed(1)} ms through the router.`,
  ];
}
