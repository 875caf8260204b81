import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { Relays } from '../../../../src/tools/call/network/relays.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

/** Sockets are real and time is not: what the kernel has carried is waited for, what the line delays is called for. */
async function udp(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

async function message(socket: Socket): Promise<{ text: string; port: number }> {
  const [packet, from] = (await once(socket, 'message')) as [Buffer, { port: number }];
  return { text: packet.toString(), port: from.port };
}

/** Until the relay has something that waits for its time. */
async function waiting(clock: FakeClock): Promise<void> {
  while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
}

test('packets go through the relay both ways, each of the participant’s ports by one of its own, after the time dialled', async () => {
  const clock = new FakeClock();
  await using network = new Relays('http://127.0.0.1:9', 'seed', clock);
  await using far = await udp();
  await using first = await udp();
  await using second = await udp();
  const line = await network.line(1, 'good');
  const port = await line.portFor('127.0.0.1', far.address().port);
  expect(await line.portFor('127.0.0.1', far.address().port)).toBe(port);

  const ports: number[] = [];
  for (const socket of [first, second]) {
    const there = message(far);
    socket.send('there', port, '127.0.0.1');
    await waiting(clock);
    clock.advance(19); // 20 are dialled
    expect(clock.waiting).toBe(1);
    clock.advance(10);
    const { text, port: from } = await there;
    expect(text).toBe('there');
    ports.push(from);

    const back = message(socket);
    far.send('back', from, '127.0.0.1');
    await waiting(clock);
    clock.advance(30);
    expect(await back).toEqual({ text: 'back', port });
  }
  expect(ports[0]).not.toBe(ports[1]);
  expect(line.report).toMatchObject({ network: 'good', up: { packets: 2, lost: 0 }, down: { packets: 2, lost: 0 } });
});

test('what is sent during a cut is gone, and what is sent after it is not', async () => {
  const clock = new FakeClock();
  await using network = new Relays('http://127.0.0.1:9', 'seed', clock);
  await using far = await udp();
  await using near = await udp();
  const line = await network.line(1, 'cut-5s');
  const port = await line.portFor('127.0.0.1', far.address().port);
  network.begin();
  clock.advance(7_000);
  near.send('lost', port, '127.0.0.1');
  while (line.report.up.cut === 0) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(4_000);
  const there = message(far);
  near.send('after', port, '127.0.0.1');
  await waiting(clock);
  clock.advance(100);
  expect((await there).text).toBe('after');
});

test('signalling is late, in order and complete, and waits out a cut', async () => {
  const clock = new FakeClock();
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await using network = new Relays(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'seed', clock);
  const line = await network.line(1, 'cut-5s');
  const socket = connect(Number(new URL(line.routerUrl).port), '127.0.0.1');
  socket.write('hello');
  const answered = once(socket, 'data');
  await waiting(clock);
  clock.advance(50); // TCP's handshake takes 40, and what is sent after it 20
  expect(clock.waiting).toBe(1);
  clock.advance(20);
  await waiting(clock);
  clock.advance(30);
  expect(String((await answered)[0])).toBe('hello');

  network.begin();
  clock.advance(6_000);
  socket.write('in the cut');
  const later = once(socket, 'data');
  await waiting(clock);
  clock.advance(3_900);
  expect(socket.bytesRead).toBe(5);
  clock.advance(200);
  await waiting(clock);
  clock.advance(50);
  expect(String((await later)[0])).toBe('in the cut');

  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
  server.close();
});

test('the participant hears when the router closes', async () => {
  const clock = new FakeClock();
  const server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await using network = new Relays(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'seed', clock);
  const line = await network.line(1, 'good');
  const socket = connect(Number(new URL(line.routerUrl).port), '127.0.0.1');
  const closed = once(socket, 'close');
  await waiting(clock);
  clock.advance(100);
  await closed;
  server.close();
});
