import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sources } from '../../../src/shared/identity/source.ts';
import { kidOf } from '../../../src/client/encryption/keys/derive.ts';
import { ReceivedChain } from '../../../src/client/encryption/keys/received-chain.ts';
import { ReceivedKeys } from '../../../src/client/encryption/keys/received-keys.ts';
import {
  callBinding,
  codecOf,
  headerOf,
  makeFrame,
  makeReceiver,
  makeSenderFor,
  open,
  outcome,
  seal,
  timing,
} from './people.ts';

describe('a frame is delivered once', () => {
  test('as it was', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    for (const source of sources) {
      const frame = makeFrame(9);
      expect(await open(receiver, source, await seal(sender, source, 0, frame))).toEqual({ outcome: 'opened', frame });
    }
  });

  test('though it comes twice, one after the other or at the same time', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    const first = await seal(sender, 'camera');
    expect(await outcome(receiver, 'camera', first)).toBe('opened');
    expect(await outcome(receiver, 'camera', first)).toBe('replayed');
    const second = await seal(sender, 'camera');
    const together = await Promise.all(Array.from({ length: 8 }, () => outcome(receiver, 'camera', second)));
    expect(together.filter((each) => each === 'opened')).toHaveLength(1);
    expect(together.filter((each) => each === 'replayed')).toHaveLength(7);
  });

  test('though the sender has stepped in between', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    const frame = await seal(sender, 'camera');
    await outcome(receiver, 'camera', frame);
    sender.handOver(0);
    expect(await outcome(receiver, 'camera', await seal(sender, 'camera'))).toBe('opened');
    expect(await outcome(receiver, 'camera', frame)).toBe('replayed');
  });

  test('unless it is older than the window: 128 frames of audio, 512 of video', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    for (const [source, size] of [
      ['microphone', 128],
      ['camera', 512],
    ] as const) {
      const [tooOld, oldest, ...rest] = await Promise.all(Array.from({ length: size + 1 }, () => seal(sender, source)));
      expect(await outcome(receiver, source, rest.at(-1) ?? makeFrame())).toBe('opened');
      expect(await outcome(receiver, source, oldest ?? makeFrame())).toBe('opened');
      expect(await outcome(receiver, source, tooOld ?? makeFrame())).toBe('replayed');
    }
  });

  test('and one that did not verify takes nobody’s place', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    const frame = await seal(sender, 'camera');
    const forged = frame.slice();
    forged[forged.length - 1] = 255 - (forged.at(-1) ?? 0);
    expect(await outcome(receiver, 'camera', forged)).toBe('undecryptable');
    expect(await outcome(receiver, 'camera', frame)).toBe('opened');
  });
});

describe('what does not open', () => {
  test('a frame of one source offered as another', async () => {
    for (const source of sources)
      for (const other of sources.filter((each) => each !== source)) {
        const receiver = makeReceiver();
        const sender = makeSenderFor(receiver);
        const frame = await seal(sender, source);
        expect(await outcome(receiver, other, frame)).toBe('undecryptable');
        expect((await receiver.open(other, codecOf(source), frame, 0)).outcome).toBe('undecryptable');
        expect(await outcome(receiver, source, frame)).toBe('opened');
      }
  });

  test('a frame of another sender, or of another call', async () => {
    const receiver = makeReceiver();
    makeSenderFor(receiver);
    expect(await outcome(receiver, 'camera', await seal(makeSenderFor(makeReceiver()), 'camera'))).toBe(
      'undecryptable',
    );
    const elsewhere = new ReceivedKeys({ callBinding: callBinding.map((byte) => byte + 1), timing });
    elsewhere.setCapturing('camera', true);
    expect(await outcome(elsewhere, 'camera', await seal(makeSenderFor(elsewhere), 'camera'))).toBe('undecryptable');
  });

  test('a source that is not called on, before the first word and after the last, and while it is being opened', async () => {
    const receiver = new ReceivedKeys({ callBinding, timing });
    const sender = makeSenderFor(receiver);
    expect(await outcome(receiver, 'camera', await seal(sender, 'camera'))).toBe('not-capturing');
    receiver.setCapturing('camera', true);
    expect(await outcome(receiver, 'camera', await seal(sender, 'camera'))).toBe('opened');
    expect(await outcome(receiver, 'microphone', await seal(sender, 'microphone'))).toBe('not-capturing');
    const underWay = outcome(receiver, 'camera', await seal(sender, 'camera'));
    receiver.setCapturing('camera', false);
    expect(await underWay).toBe('undecryptable');
    expect(await outcome(receiver, 'camera', await seal(sender, 'camera'))).toBe('not-capturing');
  });

  test('anything, without a key', async () => {
    const receiver = makeReceiver();
    expect(receiver.newest).toBeUndefined();
    expect(await outcome(receiver, 'camera', await seal(makeSenderFor(makeReceiver()), 'camera'))).toBe(
      'undecryptable',
    );
  });

  test('anything, once purged, also what was under way; and no key comes back', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    const underWay = outcome(receiver, 'camera', await seal(sender, 'camera'));
    receiver.purge();
    expect(await underWay).toBe('undecryptable');
    receiver.take({ ...sender.handOver(0), chain: 5 }, 0);
    receiver.setCapturing('camera', true);
    expect(receiver.newest).toBeUndefined();
    expect(await outcome(receiver, 'camera', await seal(sender, 'camera'))).toBe('undecryptable');
    expect(receiver.broadcastKey(kidOf(1, 0), 1, 0)).toBeUndefined();
  });

  test('a frame whose key expires while it is being opened', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    receiver.leaveKnown(0);
    const underWay = outcome(receiver, 'camera', await seal(sender, 'camera'), 8_999);
    receiver.tick(9_000);
    expect(await underWay).toBe('undecryptable');
  });

  test('plaintext, nothing, a header alone, random bytes, and a frame changed, cut or stretched anywhere', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    const camera = await seal(sender, 'camera');
    const microphone = await seal(sender, 'microphone');
    const changed = fc
      .tuple(fc.constantFrom(camera, microphone), fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([frame, place, add]) => frame.map((byte, index) => (index === place % frame.length ? byte + add : byte)));
    const cut = fc
      .tuple(fc.constantFrom(camera, microphone), fc.nat())
      .map(([frame, at]) => frame.slice(0, at % frame.length));
    const stretched = fc
      .tuple(fc.constantFrom(camera, microphone), fc.uint8Array({ minLength: 1 }))
      .map(([frame, more]) => new Uint8Array([...frame, ...more]));
    const frames = fc.oneof(changed, cut, stretched, fc.uint8Array({ maxLength: 100 }), fc.constant(makeFrame()));
    let nowMs = 0;
    await fc.assert(
      fc.asyncProperty(frames, fc.constantFrom(...sources), async (frame, source) => {
        nowMs += 20; // so that guesses are not what refuses them
        expect(['undecryptable', 'replayed']).toContain(await outcome(receiver, source, frame, nowMs));
      }),
      { numRuns: 2_000 },
    );
    expect(await outcome(receiver, 'camera', camera, nowMs)).toBe('opened');
    expect(await outcome(receiver, 'microphone', microphone, nowMs)).toBe('opened');
  });
});

test('keys that were taken are copies, which purging overwrites', async () => {
  const receiver = makeReceiver();
  const sender = makeSenderFor();
  const body = sender.handOver(0);
  receiver.take(body, 0);
  body.key.fill(0);
  expect(await outcome(receiver, 'camera', await seal(sender, 'camera'))).toBe('opened');

  const chain = new ReceivedChain({ chain: 1, step: 0, key: new Uint8Array(32).fill(1), callBinding });
  const revealed = [chain.mediaKey(0), chain.mediaKey(3)];
  chain.purge();
  expect(revealed).toEqual([new Uint8Array(32), new Uint8Array(32)]);
});

test('a step that is given up is overwritten', () => {
  const chain = new ReceivedChain({ chain: 1, step: 0, key: new Uint8Array(32).fill(1), callBinding });
  const first = chain.mediaKey(0);
  chain.told(1, 0);
  chain.prune(4_999);
  expect(first).not.toEqual(new Uint8Array(32));
  chain.prune(5_000);
  expect(first).toEqual(new Uint8Array(32));
  expect(chain.mediaKey(0)).toBeUndefined();
  expect(chain.mediaKey(1)).toBeDefined();
});

describe('steps', () => {
  test('are followed without a word, up to 256 ahead of the last that was told', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    const sealAfter = async (steps: number): Promise<Uint8Array> => {
      for (let step = 0; step < steps; step += 1) {
        await seal(sender, 'microphone');
        sender.handOver(0);
      }
      return seal(sender, 'camera');
    };
    expect(await outcome(receiver, 'camera', await sealAfter(256), 0)).toBe('opened');
    expect(receiver.newest).toEqual({ chain: 1, step: 256 });
    const beyond = await sealAfter(1);
    expect(await outcome(receiver, 'camera', beyond, 0)).toBe('undecryptable');
    receiver.told(1, 1, 0);
    expect(await outcome(receiver, 'camera', beyond, 0)).toBe('opened');
    receiver.told(1, 60_000, 0);
    expect(receiver.newest).toEqual({ chain: 1, step: 257 });
  });

  test('that are earlier open for five seconds more, the last 64 of them', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    const early = await Promise.all([seal(sender, 'camera'), seal(sender, 'camera')]);
    sender.handOver(0);
    await outcome(receiver, 'camera', await seal(sender, 'camera'), 1_000);
    expect(receiver.tick(1_000)).toBe(6_000);
    expect(await outcome(receiver, 'camera', early[0], 5_999)).toBe('opened');
    expect(await outcome(receiver, 'camera', early[1], 6_000)).toBe('undecryptable');

    const second = makeReceiver();
    second.take(sender.handOver(0), 0);
    const at = second.newest?.step ?? 0;
    second.told(1, at + 64, 0);
    expect(second.broadcastKey(kidOf(1, at), 1, 0)).toBeDefined();
    second.told(1, at + 65, 0);
    expect(second.broadcastKey(kidOf(1, at), 1, 0)).toBeUndefined();
    expect(second.broadcastKey(kidOf(1, at + 1), 1, 0)).toBeDefined();
  });

  test('that a roster tells are current before any frame', () => {
    const receiver = makeReceiver();
    makeSenderFor(receiver);
    receiver.told(1, 3, 0);
    expect(receiver.newest).toEqual({ chain: 1, step: 3 });
    receiver.told(1, 2, 0);
    receiver.told(2, 9, 0);
    expect(receiver.newest).toEqual({ chain: 1, step: 3 });
  });
});

describe('chains', () => {
  test('that were replaced open for seven seconds more, and never again', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    sender.setSourceOpen('camera', true, 0);
    const first = sender.handOver(0);
    sender.rotate(0);
    sender.tick(0);
    const both = sender.handOver(0);
    const frames = await Promise.all([seal(sender, 'camera'), seal(sender, 'camera'), seal(sender, 'camera')]);
    receiver.take(both, 1_000);
    receiver.take(both, 5_000); // the same keys again: no new delay
    expect(await outcome(receiver, 'camera', frames[0], 7_999)).toBe('opened');
    expect(await outcome(receiver, 'camera', frames[1], 8_000)).toBe('undecryptable');
    expect(receiver.tick(8_000)).toBeUndefined();
    receiver.take(first, 8_000);
    expect(receiver.newest).toEqual({ chain: 2, step: 0 });
    expect(await outcome(receiver, 'camera', frames[2], 8_000)).toBe('undecryptable');
  });

  test('that were held when somebody left open for nine seconds more, whoever sent them and whether replaced or not', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    const frames = await Promise.all([seal(sender, 'camera'), seal(sender, 'camera')]);
    const { key } = sender.handOver(0);
    expect(receiver.lastingChain).toBe(1);
    receiver.leaveKnown(1_000);
    receiver.leaveKnown(5_000);
    expect(receiver.lastingChain).toBeUndefined();
    expect(receiver.newest?.chain).toBe(1);
    expect(receiver.tick(1_000)).toBe(10_000);
    expect(await outcome(receiver, 'camera', frames[0], 9_999)).toBe('opened');
    expect(await outcome(receiver, 'camera', frames[1], 10_000)).toBe('undecryptable');
    receiver.tick(10_000);
    expect(receiver.newest).toBeUndefined();
    receiver.take({ chain: 1, step: 0, key, next: undefined }, 10_000);
    expect(receiver.newest).toBeUndefined();
    receiver.take({ chain: 2, step: 0, key, next: undefined }, 10_000);
    expect(receiver.lastingChain).toBe(2);
  });

  test('that come after a leave do not expire for it', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    sender.setSourceOpen('camera', true, 0);
    receiver.leaveKnown(0);
    sender.rotate(0);
    sender.tick(0);
    receiver.take(sender.handOver(0), 50);
    expect(receiver.lastingChain).toBe(2);
    sender.tick(2_000);
    expect(await outcome(receiver, 'camera', await seal(sender, 'camera', 2_000), 60_000)).toBe('opened');
  });

  test('are held by eight at most, however many a peer makes', async () => {
    const receiver = makeReceiver();
    const key = new Uint8Array(32);
    for (let chain = 1; chain <= 100; chain += 1) receiver.take({ chain, step: 0, key, next: undefined }, 0);
    expect(receiver.broadcastKey(kidOf(92, 0), 1, 0)).toBeUndefined();
    expect(receiver.broadcastKey(kidOf(93, 0), 1, 0)).toBeDefined();
    expect(headerOf('camera', await seal(makeSenderFor(receiver), 'camera')).chain).toBe(1);
    expect(receiver.newest?.chain).toBe(100);
  });
});
