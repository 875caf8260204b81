import { CallError } from '../call/call-error.ts';

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Throws CallError `not-https` where nobody would keep the TLS we rely on. */
export function requireTls({ protocol, hostname }: URL): void {
  if (protocol !== 'https:' && !loopback.test(hostname)) throw new CallError('not-https');
}
