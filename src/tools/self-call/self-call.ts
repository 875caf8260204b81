import { fromBase64Url } from '../../shared/support/bytes.ts';
import { transports, type Attempt, type SelfCall, type Stage, type Transport } from '../../server/self-call/result.ts';
import type { ControlClient } from '../status/control-client.ts';
import { attempt } from './attempt.ts';

/** What stops a call before media are tried stops it over every transport. */
const beforeMedia: readonly Stage[] = ['draining', 'signalling', 'router-key', 'join'];

/**
 * Calls the router on this machine over UDP, then over TCP. `tells`: told before each. Rejects with NoRouterError when it has
 * stopped.
 */
export async function selfCall(control: ControlClient, tells?: (transport: Transport) => void): Promise<SelfCall> {
  const [first, second] = transports;
  const over = async (transport: Transport): Promise<Attempt> => {
    tells?.(transport);
    return attempt(transport, async (callId) => {
      const expected = await control.expect(callId);
      if (expected.state === 'draining') return 'draining';
      const { address, routerKey } = expected;
      return { address, routerKey: fromBase64Url(routerKey) ?? new Uint8Array() };
    });
  };
  const udp = await over(first);
  const tcp = !udp.ok && beforeMedia.includes(udp.at) ? udp : await over(second);
  return { udp, tcp };
}
