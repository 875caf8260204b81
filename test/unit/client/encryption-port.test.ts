import { expect, test } from 'vitest';
import { EncryptionPort, type WorkerLike } from '../../../src/client/call/encryption-port.ts';
import type { FromWorker, StreamStatistics, ToWorker } from '../../../src/client/encryption/messages.ts';
import { FakeClock, settle } from './fake-clock.ts';

class FakeWorker extends EventTarget implements WorkerLike {
  readonly posted: string[] = [];
  terminated = false;
  postMessage(message: ToWorker): void {
    this.posted.push(message.type);
  }
  terminate(): void {
    this.terminated = true;
  }
  say(data: FromWorker): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

function ported() {
  const clock = new FakeClock();
  const worker = new FakeWorker();
  const heard: string[] = [];
  const port = new EncryptionPort(worker, clock, {
    relay: () => heard.push('relay'),
    people: () => heard.push('people'),
    state: () => heard.push('state'),
    level: () => 0,
    agreement: () => heard.push('agreement'),
  });
  return { clock, worker, port, heard };
}

test('leaving waits until the worker has said bye and overwritten its keys', async () => {
  const { worker, port, heard } = ported();
  const left = port.leave();
  expect(worker.posted).toEqual(['leave']);
  worker.say({ type: 'relay', toAll: new Uint8Array(1) });
  expect(heard).toEqual(['relay']);
  expect(worker.terminated).toBe(false);
  worker.say({ type: 'left' });
  await left;
  expect(worker.terminated).toBe(true);
  expect(port.lifetime.reason).toBe('closed');
});

test('a worker that does not answer is not waited for longer than two seconds', async () => {
  const { clock, worker, port } = ported();
  const left = port.leave();
  await clock.pass(2_000);
  await left;
  expect(worker.terminated).toBe(true);
});

test.each([
  ['that fails has died', (worker: FakeWorker) => worker.dispatchEvent(new Event('error')), 'died'],
  [
    'may ask to join anew',
    (worker: FakeWorker) => {
      worker.say({ type: 'join-anew' });
    },
    'join-anew',
  ],
])('a worker %s', (_, happen, reason) => {
  const { worker, port, heard } = ported();
  happen(worker);
  expect(port.lifetime.reason).toBe(reason);
  expect(worker.terminated).toBe(true);
  worker.say({ type: 'people', people: [] });
  port.post({ type: 'participant-left', participant: '' });
  expect(heard).toEqual([]);
  expect(worker.posted).toEqual([]);
});

test('whoever asks for statistics at once shares one question', async () => {
  const { worker, port } = ported();
  const both = Promise.all([port.statistics(), port.statistics()]);
  expect(worker.posted).toEqual(['statistics-wanted']);
  const streams: StreamStatistics[] = [];
  worker.say({ type: 'statistics', streams });
  expect(await both).toEqual([streams, streams]);
  await settle();
  void port.statistics();
  expect(worker.posted).toHaveLength(2);
});

/** Asks as a call does that watches its streams, one question after the other, for `ms`. */
async function ask(port: EncryptionPort, clock: FakeClock, ms: number): Promise<void> {
  const untilMs = clock.nowMs() + ms;
  while (clock.nowMs() < untilMs) {
    void port.statistics();
    await clock.pass(500);
  }
}

test('a worker that says nothing for ten seconds while it is asked has died', async () => {
  const { clock, worker, port } = ported();
  await ask(port, clock, 9_500);
  expect(port.lifetime.ended).toBe(false);
  await ask(port, clock, 500);
  expect(port.lifetime.reason).toBe('died');
  expect(worker.terminated).toBe(true);
});

test('a worker that is slow, or that sleeps as long as its device, lives', async () => {
  const { clock, worker, port } = ported();
  for (let time = 0; time < 5; time += 1) {
    await ask(port, clock, 7_500);
    worker.say({ type: 'relay', toAll: new Uint8Array(1) });
  }
  await clock.pass(3_600_000); // nobody asks
  await ask(port, clock, 5_500);
  expect(port.lifetime.ended).toBe(false);
});
