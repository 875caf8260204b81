import { describe, expect, test } from 'vitest';
import { HandshakeLimit } from '../../../src/server/gateway/handshake-limit.ts';
import { TokenBucket } from '../../../src/server/support/token-bucket.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('a token bucket', () => {
  test('lets the burst through, then the rate, and never more than the burst after a pause', () => {
    const bucket = new TokenBucket(5, 20, 0);
    const admitted = (count: number, nowMs: number): number =>
      Array.from({ length: count }, () => bucket.take(1, 20, nowMs)).filter(Boolean).length;
    expect(admitted(50, 0)).toBe(20);
    expect(admitted(50, 1000)).toBe(5);
    expect(admitted(50, 1100)).toBe(0);
    expect(admitted(50, 1200)).toBe(1);
    expect(admitted(50, 3_600_000)).toBe(20);
  });

  test('takes nothing for what costs more than there is', () => {
    const bucket = new TokenBucket(1, 10, 0);
    expect(bucket.take(11, 10, 0)).toBe(false);
    expect(bucket.take(10, 10, 0)).toBe(true);
    expect(bucket.fullInMs).toBe(10_000);
  });

  test('gives what its burst has grown by at once', () => {
    const bucket = new TokenBucket(1, 4, 0);
    expect(bucket.take(4, 4, 0)).toBe(true);
    expect(bucket.take(1, 4, 0)).toBe(false);
    expect(bucket.take(4, 8, 0)).toBe(true);
    expect(bucket.take(1, 4, 0)).toBe(false);
  });
});

describe('the limit on handshakes', () => {
  test('lets 20 at once and 5 a second begin from one address, and does not slow another one', () => {
    const clock = new FakeClock();
    using limit = new HandshakeLimit(clock);
    const admitted = (address: string, count: number): number =>
      Array.from({ length: count }, () => limit.admit(address)).filter(Boolean).length;
    expect(admitted('127.0.0.2', 100)).toBe(20);
    expect(admitted('127.0.0.3', 1)).toBe(1);
    clock.advance(1000);
    expect(admitted('127.0.0.2', 100)).toBe(5);
  });

  test('counts an IPv6 network of 64 bits as one', () => {
    using limit = new HandshakeLimit(new FakeClock());
    const admitted = (address: string): boolean => limit.admit(address);
    for (let index = 0; index < 20; index += 1) expect(admitted(`2001:db8:0:7::${index}`)).toBe(true);
    expect(admitted('2001:db8:0:7:1:2:3:4')).toBe(false);
    expect(admitted('2001:db8:0:8::1')).toBe(true);
    expect(admitted('2001:db8::1')).toBe(true);
  });

  test('lets 500 a second begin from all addresses together', () => {
    const clock = new FakeClock();
    using limit = new HandshakeLimit(clock);
    const admitted = (): number =>
      Array.from({ length: 2000 }, (_, index) => limit.admit(`127.0.${index % 250}.${Math.floor(index / 250)}`)).filter(
        Boolean,
      ).length;
    expect(admitted()).toBe(500);
    clock.advance(1000);
    expect(admitted()).toBe(500);
  });

  test('forgets an address 4 s after its last handshake at the latest', () => {
    const clock = new FakeClock();
    using limit = new HandshakeLimit(clock);
    for (let index = 0; index < 100; index += 1) limit.admit('127.0.0.2');
    limit.admit('127.0.0.3');
    expect(limit.size).toBe(2);
    clock.advance(200);
    expect(limit.size).toBe(1); // one handshake is regained in 200 ms
    clock.advance(3_800);
    expect(limit.size).toBe(0);
    expect(clock.waiting).toBe(0);
  });
});
