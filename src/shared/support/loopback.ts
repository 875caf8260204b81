const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether a host name, as a URL has it, is of this machine itself. */
export function isLoopbackHost(hostname: string): boolean {
  return loopback.test(hostname);
}
