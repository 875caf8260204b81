import { describe, expect, test } from 'vitest';
import { mayConnect } from '../../../src/server/gateway/origin.ts';
import { securityHeaders } from '../../../src/server/gateway/security-headers.ts';

describe('who may connect', () => {
  const host = 'router.example:7880';
  test.each([
    ['no browser', undefined],
    ['a page of this machine', 'http://localhost:5173'],
    ['a page of this machine by address', 'http://127.0.0.1'],
    ['a page of this machine by IPv6 address', 'https://[::1]:1'],
    ['a page in the settings', 'https://friend.example'],
    ["the router's own page over TLS", 'https://router.example:7880'],
  ])('%s', (_, origin) => {
    expect(mayConnect({ origin, host }, ['https://friend.example'], true)).toBe(true);
  });

  test.each([
    ['another page', 'https://evil.example'],
    ['a page that only begins like an allowed one', 'https://friend.example.evil.example'],
    ['a page on another port', 'https://router.example:7881'],
    ['the same name without TLS', 'http://router.example:7880'],
    ['a page that begins like this machine', 'http://localhost.evil.example'],
    ['a sandboxed frame', 'null'],
    ['nonsense', '::::'],
    ['nothing', ''],
  ])('not %s', (_, origin) => {
    expect(mayConnect({ origin, host }, ['https://friend.example'], true)).toBe(false);
  });

  test('over plain HTTP a Host header proves nothing', () => {
    expect(mayConnect({ origin: 'http://evil.example:7880', host: 'evil.example:7880' }, [], false)).toBe(false);
    expect(mayConnect({ origin: 'https://evil.example:7880', host: 'evil.example:7880' }, [], false)).toBe(false);
  });
});

describe('the security headers', () => {
  test('name the own WebSocket, and leave a strange Host header out', () => {
    expect(securityHeaders('localhost:7880', false, [])['content-security-policy']).toContain(
      "connect-src 'self' ws://localhost:7880;",
    );
    expect(securityHeaders('[::1]:7880', true, [])['content-security-policy']).toContain(
      "connect-src 'self' wss://[::1]:7880;",
    );
    for (const host of [undefined, 'a b', "x; script-src 'unsafe-inline'", 'a,b']) {
      expect(securityHeaders(host, true, [])['content-security-policy']).toContain("connect-src 'self';");
    }
  });
});
