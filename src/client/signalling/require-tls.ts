import { isLoopbackHost } from '../../shared/support/loopback.ts';
import { CallError } from '../call/call-error.ts';

/** Throws CallError `not-https` where nobody would keep the TLS we rely on. */
export function requireTls({ protocol, hostname }: URL): void {
  if (protocol !== 'https:' && !isLoopbackHost(hostname)) throw new CallError('not-https');
}
