import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import type { FromWorker, ToWorker, TransformOptions } from '../../../src/client/encryption/messages.ts';
import { markMuted } from '../../../src/client/encryption/frames/mute-mark.ts';
import { KeyFrameHelp } from '../../../src/client/encryption/worker/key-frame-help.ts';
import { WorkerShell, type WorkerGroup } from '../../../src/client/encryption/worker/shell.ts';
import type { EncodedFrame } from '../../../src/client/encryption/worker/transforms.ts';
import { makeFrame, makeReceiver, makeSenderFor, seal } from './people.ts';

const send: TransformOptions = { direction: 'send', source: 'camera', codec: 'vp8' };
const receive: TransformOptions = { direction: 'receive', participant: 'them', source: 'camera', codec: 'vp8' };
const start: ToWorker = {
  type: 'start',
  callKey: new Uint8Array(32),
  callId: new Uint8Array(32),
  participant: 'us',
  name: '',
  others: [],
  decodes: ['vp8'],
};
const keyFrame = new Uint8Array(40);

/** A browser's transformer of which the test holds both ends. */
class FakeTransformer {
  readonly options: unknown;
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
  keyFrameRequests = 0;
  attached = 0;
  readonly #in: WritableStreamDefaultWriter<EncodedFrame>;
  readonly #out: Bytes[] = [];
  readonly #closed: Promise<undefined>;

  constructor(stream: unknown) {
    this.options = { stream, attached: { postMessage: () => (this.attached += 1) } };
    const input = new TransformStream<EncodedFrame, EncodedFrame>();
    this.readable = input.readable;
    this.#in = input.writable.getWriter();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#closed = promise;
    const out = this.#out;
    this.writable = new WritableStream({
      write: ({ data }) => {
        out.push(new Uint8Array(data));
      },
      close: () => {
        resolve(undefined);
      },
    });
  }

  /** Gives frames in; when the last has been dealt with, the stream still runs. */
  async give(...frames: readonly Uint8Array[]): Promise<void> {
    for (const frame of frames) await this.#in.write({ data: new Uint8Array(frame).buffer });
  }

  /** Ends the stream and answers all that came out. */
  async end(): Promise<readonly Bytes[]> {
    await this.#in.close();
    await this.#closed;
    return this.#out;
  }

  sendKeyFrameRequest(): Promise<void> {
    this.keyFrameRequests += 1;
    return Promise.reject(new Error('not now'));
  }
}

const silentGroup: WorkerGroup = {
  sending: undefined,
  muted: false,
  receiving: () => undefined,
  heard: () => undefined,
  handle: () => undefined,
  takeRelays: () => Promise.resolve(),
};

function fail(error: unknown): never {
  throw error;
}

function unexpected(): Promise<never> {
  return Promise.reject(new Error('nobody asked for a rehearsal'));
}

function makeShell(group: Partial<WorkerGroup> = {}): {
  shell: WorkerShell;
  emitted: FromWorker[];
  clock: { nowMs(): number; now: number };
} {
  const emitted: FromWorker[] = [];
  const clock = { now: 0, nowMs: () => clock.now };
  const shell = new WorkerShell({
    clock,
    emit: (message) => emitted.push(message),
    failed: fail,
    rehearse: unexpected,
    makeGroup: () =>
      Promise.resolve(Object.defineProperties({ ...silentGroup }, Object.getOwnPropertyDescriptors(group))), // getters, too
  });
  return { shell, emitted, clock };
}

describe('what is sent', () => {
  test('is dropped before there is a key', async () => {
    const { shell } = makeShell({ sending: makeSenderFor(makeReceiver()) });
    const transformer = new FakeTransformer(send);
    shell.attach(transformer);
    expect(transformer.attached).toBe(1); // the page's side waits for it
    await transformer.give(makeFrame(), keyFrame);
    expect(await transformer.end()).toEqual([]);
  });

  test('is sealed from the start on, by transforms that were there before, too', async () => {
    const receiver = makeReceiver();
    const { shell } = makeShell({ sending: makeSenderFor(receiver) });
    const transformer = new FakeTransformer(send);
    shell.attach(transformer);
    shell.handle(start);
    await transformer.give(keyFrame, makeFrame(5));
    const out = await transformer.end();
    const opened = await Promise.all(out.map((frame) => receiver.open('camera', 'vp8', frame, 0)));
    expect(opened).toEqual([keyFrame, makeFrame(5)].map((frame) => ({ outcome: 'opened', frame })));
  });

  test('is dropped when the options are none of ours', async () => {
    const { shell } = makeShell({ sending: makeSenderFor(makeReceiver()) });
    shell.handle(start);
    const unknownCodec = new FakeTransformer({ ...send, codec: 'h264' });
    shell.attach(unknownCodec);
    await unknownCodec.give(makeFrame());
    expect(await unknownCodec.end()).toEqual([]);
    for (const options of [undefined, {}, { ...send, direction: 'sideways' }]) {
      const transformer = new FakeTransformer(options);
      shell.attach(transformer);
      expect(transformer.writable.locked).toBe(false); // nobody is there to write anything
      expect(transformer.attached).toBe(0);
    }
  });
});

describe('a microphone', () => {
  const microphone: TransformOptions = { direction: 'send', source: 'microphone', codec: 'opus' };
  const there: TransformOptions = { ...receive, source: 'microphone', codec: 'opus' };

  test('says in its frames whether it is muted, which changes nothing of them but that', async () => {
    const keys = makeReceiver();
    const muted = { now: false };
    const heard: (readonly [string, boolean])[] = [];
    const { shell } = makeShell({
      sending: makeSenderFor(keys),
      receiving: () => keys,
      get muted() {
        return muted.now;
      },
      heard: (...said) => heard.push(said),
    });
    shell.handle(start);
    const sender = new FakeTransformer(microphone);
    const receiver = new FakeTransformer(there);
    shell.attach(sender);
    shell.attach(receiver);
    const packet = new Uint8Array(60).fill(4);
    for (const now of [false, true, true, false]) {
      muted.now = now;
      await sender.give(packet);
    }
    const sealed = await sender.end();
    expect(new Set(sealed.map(({ length }) => length)).size).toBe(1);
    await receiver.give(...sealed);
    expect(new Set((await receiver.end()).map(({ length }) => length))).toEqual(new Set([160])); // as it was padded
    expect(heard).toEqual([false, true, true, false].map((now) => ['them', now]));
  });
});

describe('what is received', () => {
  test('is opened or dropped, and counted over all transforms of the stream', async () => {
    const receiver = makeReceiver();
    const sender = makeSenderFor(receiver);
    const { shell, emitted, clock } = makeShell({ receiving: (who) => (who === 'them' ? receiver : undefined) });
    shell.handle(start);
    const good = await seal(sender, 'camera');
    const first = new FakeTransformer(receive);
    shell.attach(first);
    await first.give(good, makeFrame());
    expect(await first.end()).toEqual([makeFrame()]);
    clock.now = 300;
    const second = new FakeTransformer(receive);
    shell.attach(second);
    await second.give(good, makeFrame());
    expect(await second.end()).toEqual([]);
    shell.handle({ type: 'statistics-wanted' });
    expect(emitted).toEqual([
      {
        type: 'statistics',
        streams: [
          { participant: 'them', source: 'camera', opened: 1, undecryptable: 2, lastUndecryptableMs: 300, replayed: 1 },
        ],
      },
    ]);
  });

  test('is dropped while its participant has no key', async () => {
    const { shell } = makeShell();
    const transformer = new FakeTransformer(receive);
    shell.attach(transformer);
    shell.handle(start);
    await transformer.give(await seal(makeSenderFor(makeReceiver()), 'camera'), makeFrame());
    expect(await transformer.end()).toEqual([]);
  });

  test('asks for a key frame when frames open again after one that did not, unless it is one', async () => {
    const audio: TransformOptions = { ...receive, source: 'microphone', codec: 'opus' };
    for (const [options, frame, requests] of [
      [receive, makeFrame(), 1],
      [receive, keyFrame, 0],
      [audio, makeFrame(), 0],
    ] as const) {
      const receiver = makeReceiver();
      const sender = makeSenderFor(receiver);
      const { shell } = makeShell({ receiving: () => receiver });
      shell.handle(start);
      const transformer = new FakeTransformer(options);
      shell.attach(transformer);
      const { source, codec } = options;
      const sent = codec === 'opus' ? markMuted(frame, false) : frame;
      const good = [await sender.seal(source, codec, sent, 0), await sender.seal(source, codec, sent, 0)];
      await transformer.give(good[0] ?? frame, makeFrame(), good[1] ?? frame);
      expect(await transformer.end()).toEqual([frame, frame]);
      expect(transformer.keyFrameRequests).toBe(requests);
    }
  });
});

test('a gap in a video asks for a key frame once a second until one has come', () => {
  const help = new KeyFrameHelp();
  expect(help.came(false, 0)).toBe(false);
  help.lost();
  expect(help.came(false, 10)).toBe(true);
  expect(help.came(false, 1_009)).toBe(false);
  expect(help.came(false, 1_010)).toBe(true);
  expect(help.came(true, 3_000)).toBe(false);
  expect(help.came(false, 9_000)).toBe(false);
});

test('a second start makes no second group: counters are never begun anew', async () => {
  let groups = 0;
  const shell = new WorkerShell({
    clock: { nowMs: () => 0 },
    emit: () => undefined,
    failed: fail,
    rehearse: unexpected,
    makeGroup: () => {
      groups += 1;
      return Promise.resolve(silentGroup);
    },
  });
  shell.handle(start);
  shell.handle(start);
  await settled();
  expect(groups).toBe(1);
});

test('other messages go to the group, in order, each when those before it are done', async () => {
  const handled: string[] = [];
  const { promise: taken, resolve: finish } = Promise.withResolvers<undefined>();
  const { shell } = makeShell({
    handle: ({ type }) => handled.push(type),
    takeRelays: async (list) => {
      handled.push(`${list.length} begun`);
      await taken;
      handled.push('done');
    },
  });
  shell.handle({ type: 'participant-joined', participant: 'early' });
  shell.handle(start);
  shell.handle({ type: 'participant-left', participant: 'them' });
  shell.handle({ type: 'relayed', list: [{ from: 'them', bytes: new Uint8Array(1) }] });
  shell.handle({ type: 'leave' });
  await settled();
  expect(handled).toEqual(['participant-left', '1 begun']);
  finish(undefined);
  await settled();
  expect(handled).toEqual(['participant-left', '1 begun', 'done', 'leave']);
});

test('what fails in the group is told, and what comes after it is taken all the same', async () => {
  const failures: unknown[] = [];
  const handled: string[] = [];
  const shell = new WorkerShell({
    clock: { nowMs: () => 0 },
    emit: () => undefined,
    failed: (error) => failures.push(error),
    rehearse: unexpected,
    makeGroup: () =>
      Promise.resolve({
        ...silentGroup,
        handle: ({ type }: ToWorker) => handled.push(type),
        takeRelays: () => Promise.reject(new Error('broken')),
      }),
  });
  shell.handle(start);
  shell.handle({ type: 'relayed', list: [] });
  shell.handle({ type: 'leave' });
  await settled();
  expect(failures).toEqual([new Error('broken')]);
  expect(handled).toEqual(['leave']);
});

/** Lets everything that waits for nothing but promises run. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
