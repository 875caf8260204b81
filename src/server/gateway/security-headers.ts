/** A Host header that can stand in a policy: name or address, and port. */
const hostForm = /^[A-Za-z0-9.:[\]-]{1,255}$/;

/**
 * Headers of every answer. The policy lets the page run its own files and nothing else (CSP level 3): no inline code, no
 * third party, no frame around it. `'self'` does not cover WebSockets in every browser, so they are named. `reaches`: origins
 * besides its own that the page may connect to.
 */
export function securityHeaders(
  host: string | undefined,
  encrypted: boolean,
  reaches: readonly string[],
): Readonly<Record<string, string>> {
  const socket = host !== undefined && hostForm.test(host) ? ` ${encrypted ? 'wss' : 'ws'}://${host}` : '';
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src ${["'self'", ...reaches].join(' ')}${socket}`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'permissions-policy':
      'camera=(self), microphone=(self), display-capture=(self), geolocation=(), interest-cohort=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
  };
}
