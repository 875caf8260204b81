import { describe, expect, test } from 'vitest';
import { Reachability } from '../../../src/server/self-call/reachability.ts';
import { readyWhen } from '../../../src/server/self-call/readiness.ts';
import { stages, type Attempt, type SelfCall } from '../../../src/server/self-call/result.ts';
import { failuresInWords } from '../../../src/server/self-call/words.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const passed: Attempt = { ok: true, seconds: 0.3, delays: [0.001] };
const failed = (at: (typeof stages)[number], code?: 'router-full'): Attempt =>
  code === undefined ? { ok: false, at } : { ok: false, at, code };
const good: SelfCall = { udp: passed, tcp: passed };
const where = {
  address: 'https://calls.example/',
  announcedAddress: '203.0.113.9',
  firstPort: 40_000,
  lastPort: 40_099,
};

describe('a router is ready', () => {
  test('for a minute after a call with itself, over UDP and TCP, and not before the first', () => {
    const clock = new FakeClock();
    const reachability = new Reachability(clock, 60_000);
    expect(reachability.now).toBe('untried');
    for (const half of [
      { udp: passed, tcp: failed('path') },
      { udp: failed('path'), tcp: passed },
    ]) {
      reachability.take(half);
      expect(reachability.now).toEqual({ failed: half });
    }
    reachability.take(good);
    expect(reachability.now).toBe('yes');
    clock.advance(40_000);
    const bad = { udp: failed('path'), tcp: passed };
    reachability.take(bad);
    expect(reachability.now).toBe('yes'); // one that passed was within the minute
    clock.advance(20_001);
    expect(reachability.now).toEqual({ failed: bad });
    reachability.take(good);
    clock.advance(60_001);
    expect(reachability.now).toBe('unknown');
  });

  test('only when it drains not and has room, too, and where none are made that is all', () => {
    expect(readyWhen('ready', 'yes', where)).toEqual({ ready: true, words: 'This router takes calls.' });
    expect(readyWhen('ready', undefined, where).ready).toBe(true);
    for (const takesCalls of ['draining', 'busy'] as const)
      for (const reachable of ['yes', 'untried', undefined] as const)
        expect(readyWhen(takesCalls, reachable, where).ready).toBe(false);
    for (const reachable of ['untried', 'unknown'] as const)
      expect(readyWhen('ready', reachable, where).ready).toBe(false);
    const { ready, words } = readyWhen('ready', { failed: { udp: failed('path'), tcp: passed } }, where);
    expect(ready).toBe(false);
    expect(words).toContain('\nUDP: nothing that was sent to 203.0.113.9 was answered.');
  });
});

describe('what kept a self-call from passing', () => {
  test('is said with the ports and the protocol to let through', () => {
    const [words = '', ...others] = failuresInWords({ udp: failed('path'), tcp: passed }, where);
    expect(others).toEqual([]);
    expect(words).toContain('Let UDP ports 40000 to 40099 through the firewall');
    expect(words).toContain('Over TCP it works');
    const both = failuresInWords({ udp: failed('path'), tcp: failed('path') }, where);
    expect(both.map((one) => one.slice(0, 4))).toEqual(['UDP:', 'TCP:']);
    expect(both.join()).not.toContain('it works');
  });

  test('is said once when it stops both, and of every stage there is something to say', () => {
    for (const at of stages) {
      const words = failuresInWords({ udp: failed(at), tcp: failed(at) }, where);
      expect(words.length).toBeGreaterThan(0);
      expect(new Set(words).size).toBe(words.length);
    }
    expect(failuresInWords({ udp: failed('signalling'), tcp: failed('signalling') }, where)).toEqual([
      expect.stringContaining('Let TCP port 443 through the firewall'),
    ]);
    expect(failuresInWords({ udp: failed('join', 'router-full'), tcp: failed('join', 'router-full') }, where)).toEqual([
      expect.stringContaining('media_ports'),
    ]);
    expect(failuresInWords(good, where)).toEqual([]);
  });
});
