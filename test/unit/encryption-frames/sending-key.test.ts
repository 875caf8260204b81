import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sources } from '../../../src/shared/identity/source.ts';
import { recordCipher, type RecordingCipher } from '../../support/recording-cipher.ts';
import { headerOf, makeFrame, makeReceiver, makeSender, makeSenderFor, open, outcome, seal } from './people.ts';

let cipher: RecordingCipher;
beforeAll(() => {
  cipher = recordCipher();
});
afterAll(() => {
  expect(cipher.repeats).toBe(0);
  cipher[Symbol.dispose]();
});

describe('nothing is sealed', () => {
  test('before somebody was given the key, and after the last of them has gone', async () => {
    const before = cipher.encryptions;
    const sender = makeSender();
    expect(await sender.seal('microphone', 'opus', makeFrame(), 0)).toBeUndefined();
    expect(cipher.encryptions).toBe(before);
    sender.handOver(0);
    sender.setPeers(1);
    expect(await sender.seal('microphone', 'opus', makeFrame(), 0)).toBeDefined();
    sender.setPeers(0);
    expect(await sender.seal('microphone', 'opus', makeFrame(), 0)).toBeUndefined();
    sender.setPeers(2);
    expect(await sender.seal('microphone', 'opus', makeFrame(), 0)).toBeUndefined();
  });

  test('that was under way when the last peer went or the key was purged', async () => {
    for (const stop of ['setPeers', 'purge'] as const) {
      const sender = makeSenderFor(makeReceiver());
      const underWay = sender.seal('camera', 'vp8', makeFrame(), 0);
      if (stop === 'purge') sender.purge();
      else sender.setPeers(0);
      expect(await underWay).toBeUndefined();
    }
  });

  test('of a frame that is empty or has clear bytes only', async () => {
    const sender = makeSenderFor(makeReceiver());
    expect(await sender.seal('microphone', 'opus', new Uint8Array(), 0)).toBeUndefined();
    for (const size of [0, 1, 9, 10])
      expect(await sender.seal('camera', 'vp8', new Uint8Array(size), 0)).toBeUndefined();
    for (const size of [1, 3])
      expect(await sender.seal('camera', 'vp8', new Uint8Array(size).fill(1), 0)).toBeUndefined();
    expect(await sender.seal('camera', 'vp8', new Uint8Array(11), 0)).toHaveLength(11 + 4 + 16);
  });

  test('when encryption itself fails; the next frame is', async () => {
    const sender = makeSenderFor(makeReceiver());
    const encrypt = vi.spyOn(crypto.subtle, 'encrypt').mockRejectedValueOnce(new Error('broken'));
    expect(await sender.seal('microphone', 'opus', makeFrame(), 0)).toBeUndefined();
    expect(encrypt).toHaveBeenCalledOnce();
    encrypt.mockRestore();
    expect(headerOf('microphone', await seal(sender, 'microphone')).counter).toBe(1);
  });
});

describe('a counter never comes again', () => {
  test('over 50 times off and on, steps and new chains', async () => {
    const sender = makeSenderFor(makeReceiver());
    const before = cipher.encryptions;
    for (let round = 0; round < 50; round += 1) {
      const nowMs = round * 3_000;
      for (const open of [false, true]) sender.setSourceOpen('camera', open, nowMs);
      if (round % 3 === 0) sender.handOver(nowMs);
      if (round % 5 === 0) sender.rotate(nowMs);
      sender.tick(nowMs);
      expect(headerOf('camera', await seal(sender, 'camera', nowMs)).counter).toBe(round);
    }
    expect(sender.current.chain).toBeGreaterThan(5);
    expect(cipher.encryptions - before).toBe(50);
  });

  test('when 4,096 frames of all sources are sealed at once, while the key moves on', async () => {
    const sender = makeSenderFor(makeReceiver());
    const before = cipher.encryptions;
    const sealing = Array.from({ length: 4_096 }, (_, index) => {
      if (index % 512 === 511) sender.handOver(0);
      return seal(sender, sources[index % 4] ?? 'camera');
    });
    const frames = await Promise.all(sealing);
    for (const [first, source] of sources.entries()) {
      const counters = frames.filter((_, index) => index % 4 === first).map((frame) => headerOf(source, frame).counter);
      expect(counters).toEqual(Array.from({ length: 1_024 }, (_, counter) => counter));
    }
    expect(cipher.encryptions - before).toBe(4_096);
  });

  test('and what is sealed does not change with the caller’s buffer', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    const frame = makeFrame(5);
    const sealing = seal(sender, 'camera', 0, frame);
    frame.fill(0);
    expect(await open(receiver, 'camera', await sealing)).toEqual({ outcome: 'opened', frame: makeFrame(5) });
  });
});

describe('handing the key over', () => {
  test('steps if anything was sealed since the last step, and only then', async () => {
    const sender = makeSender();
    expect(sender.handOver(0)).toMatchObject({ chain: 1, step: 0, next: undefined });
    expect(sender.handOver(0)).toMatchObject({ chain: 1, step: 0 });
    await seal(sender, 'microphone');
    expect(sender.handOver(0)).toMatchObject({ chain: 1, step: 1 });
    expect(sender.handOver(0)).toMatchObject({ chain: 1, step: 1 });
    sender.broadcastKey();
    expect(sender.handOver(0)).toMatchObject({ chain: 1, step: 2 });
    expect(sender.current).toEqual({ chain: 1, step: 2 });
  });

  test('a late joiner opens nothing sealed before, and everything after', async () => {
    const early = makeReceiver();
    const sender = makeSenderFor(early);
    const before = await seal(sender, 'camera');
    const late = makeReceiver();
    late.take(sender.handOver(0), 0);
    const after = await seal(sender, 'camera');
    expect(await outcome(late, 'camera', before)).toBe('undecryptable');
    expect(await outcome(late, 'camera', after)).toBe('opened');
    expect(await outcome(early, 'camera', before)).toBe('opened');
    expect(await outcome(early, 'camera', after)).toBe('opened');
  });

  test('the bytes handed over are copies', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    sender.handOver(0).key.fill(0);
    expect(await outcome(receiver, 'microphone', await seal(sender, 'microphone'))).toBe('opened');
  });
});

describe('when somebody leaves', () => {
  test('nothing sealed two seconds later opens for the leaver, and the others have no gap', async () => {
    const stays = makeReceiver();
    const leaver = makeReceiver();
    const sender = makeSenderFor(stays, leaver);
    sender.setSourceOpen('camera', true, 0);
    sender.rotate(1_000);
    expect(sender.tick(1_000)).toEqual({ keysDue: true, nextTickMs: 3_000 });
    stays.take(sender.handOver(1_000), 1_000);
    const soon = await seal(sender, 'camera', 2_999);
    const later = await seal(sender, 'camera', 3_000); // no tick in between: the frame itself applies what is due
    expect(headerOf('camera', later).chain).toBe(2);
    for (const frame of [soon, later]) expect(await outcome(stays, 'camera', frame, 3_000)).toBe('opened');
    expect(await outcome(leaver, 'camera', soon, 3_000)).toBe('opened');
    expect(await outcome(leaver, 'camera', later, 3_000)).toBe('undecryptable');
  });

  test('a second leave in the meantime is one more chain, applied within four seconds of it', () => {
    const sender = makeSenderFor(makeReceiver());
    sender.setSourceOpen('camera', true, 0);
    sender.rotate(0);
    sender.tick(0);
    sender.rotate(100);
    expect(sender.tick(100)).toEqual({ keysDue: false, nextTickMs: 2_000 });
    sender.rotate(1_900);
    expect(sender.tick(2_000)).toEqual({ keysDue: true, nextTickMs: 4_000 });
    expect(sender.handOver(2_000)).toMatchObject({ chain: 2, next: { chain: 3 } });
    expect(sender.tick(4_000)).toEqual({ keysDue: false, nextTickMs: undefined });
    expect(sender.current.chain).toBe(3);
  });

  test('without an open source the key is only marked, and replaced before anything is sealed again', async () => {
    const leaver = makeReceiver();
    const sender = makeSenderFor(leaver);
    sender.rotate(0);
    expect(sender.tick(0)).toEqual({ keysDue: false, nextTickMs: undefined });
    expect(sender.current.chain).toBe(1);
    sender.setSourceOpen('microphone', true, 60_000);
    expect(sender.tick(60_000)).toMatchObject({ keysDue: true });
    expect(sender.handOver(60_000).chain).toBe(2);
    expect(await outcome(leaver, 'microphone', await seal(sender, 'microphone', 60_000))).toBe('undecryptable');
  });

  test('a frame that nobody announced is dropped under a marked key, which the next tick replaces', async () => {
    const sender = makeSenderFor(makeReceiver());
    sender.rotate(0);
    expect(await sender.seal('microphone', 'opus', makeFrame(), 10)).toBeUndefined();
    expect(sender.tick(20).keysDue).toBe(true);
    expect(headerOf('microphone', await seal(sender, 'microphone', 30)).chain).toBe(2);
  });

  test('a muted microphone that still seals counts as open', async () => {
    const sender = makeSenderFor(makeReceiver());
    sender.setSourceOpen('microphone', false, 0);
    await seal(sender, 'microphone', 0);
    sender.rotate(100);
    expect(sender.tick(100).keysDue).toBe(true);
    expect(await sender.seal('microphone', 'opus', makeFrame(), 120)).toBeDefined();
  });

  test('a newcomer is never given a key that the leaver has', () => {
    const sender = makeSenderFor(makeReceiver());
    sender.rotate(0);
    expect(sender.handOver(5_000).chain).toBe(2);
    expect(sender.tick(5_000).keysDue).toBe(true);
    sender.setPeers(0);
    expect(sender.handOver(9_000).chain).toBe(3);
  });
});

describe('a peer whose roster says that it lacks our chain', () => {
  test('is sent keys again when they had time to arrive, and not before', () => {
    const sender = makeSenderFor(makeReceiver());
    expect(sender.owes(0, 0, 1_000)).toBe(false);
    expect(sender.owes(0, 0, 2_000)).toBe(true);
    expect(sender.owes(undefined, 0, 2_000)).toBe(true);
    expect(sender.owes(1, 0, 2_000)).toBe(false);
  });

  test('gets a new chain while a source is open, for it may have condemned the present one', () => {
    const sender = makeSenderFor(makeReceiver());
    sender.setSourceOpen('camera', true, 0);
    expect(sender.owes(0, 0, 2_000)).toBe(false);
    expect(sender.tick(2_000).keysDue).toBe(true);
    expect(sender.handOver(2_000)).toMatchObject({ chain: 1, next: { chain: 2 } });
  });

  test('gets nothing while the key is one that a leaver has', () => {
    const sender = makeSenderFor(makeReceiver());
    sender.rotate(0);
    expect(sender.owes(0, 0, 60_000)).toBe(false);
  });
});

test('a broadcast key opens for who holds the media key, and not after the key has moved on', () => {
  const receiver = makeReceiver();
  const sender = makeSenderFor(receiver);
  const { kid, key } = sender.broadcastKey();
  expect(receiver.broadcastKey(kid, 3, 0)).toEqual(key(3));
  expect(receiver.broadcastKey(kid, 4, 0)).not.toEqual(key(3));
  expect(receiver.broadcastKey(kid + 257, 3, 0)).toBeUndefined();
  expect(receiver.broadcastKey(2 ** 48, 3, 0)).toBeUndefined();
  sender.handOver(0);
  expect(() => key(4)).toThrow('moved on');
});

test('purged, it gives out nothing', async () => {
  const sender = makeSenderFor(makeReceiver());
  sender.purge();
  expect(await sender.seal('microphone', 'opus', makeFrame(), 0)).toBeUndefined();
  expect(() => sender.handOver(0)).toThrow('purged');
});
