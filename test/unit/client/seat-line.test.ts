import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SeatLine, type WelcomeBack } from '../../../src/client/call/seat-line.ts';
import { RouterConnection } from '../../../src/client/signalling/router-connection.ts';
import { ParticipantId } from '../../../src/shared/identity/participant-id.ts';
import { closeCodes } from '../../../src/shared/protocol/errors.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import type { Result } from '../../../src/shared/protocol/requests.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeRouter, routerPair } from './fake-router.ts';

const ticketOf = (value: number): Bytes => new Uint8Array(limits.ticketBytes).fill(value);
const participantId = randomId();
const own = { transports: [], sources: [] };
const dtlsParameters = { role: 'client' as const, fingerprints: [{ algorithm: 'sha-256' as const, value: '00' }] };
const rtpParameters = { codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }] };
const transport: Result<'transport.create'> = {
  transportId: 't',
  iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
  iceCandidates: [],
  dtlsParameters,
};

function randomId(): ParticipantId {
  const id = ParticipantId.from(new Uint8Array(randomBytes(ParticipantId.size)));
  if (id === undefined) throw new Error('not an id');
  return id;
}

function welcome(ticket: Bytes, what: WelcomeBack['own'] = own): WelcomeBack {
  const rtpCapabilities = { codecs: [], headerExtensions: [] };
  return {
    participantId,
    others: [],
    rtpCapabilities,
    participantLimit: 4,
    ticket,
    own: what,
  };
}

/** A line that was just made, and the far ends of its connections: the first is open, later ones answer handshakes at once. */
async function line(options: { unreachable?: boolean; replaced?: boolean } = {}) {
  const clock = new FakeClock();
  const pair = routerPair();
  const routers: FakeRouter[] = [];
  const connect = (signal: AbortSignal): Promise<RouterConnection> => {
    const router = new FakeRouter(options.replaced === true && routers.length > 0 ? routerPair() : pair);
    routers.push(router);
    const socket = () => router.socket;
    const opened = RouterConnection.open({
      routerUrl: 'http://localhost',
      routerKeys: [pair.publicKey],
      clock,
      socket,
      signal,
    });
    if (options.unreachable === true && routers.length > 1) router.close(1006);
    else router.open();
    return opened;
  };
  const heard: string[] = [];
  const listener = {
    notice: ({ notice }: { notice: string }) => void heard.push(notice),
    lost: () => void heard.push('lost'),
    back: (back: WelcomeBack) => void heard.push(`back ${back.ticket[0] ?? ''}`),
  };
  const first = await connect(new AbortController().signal);
  const seatLine = new SeatLine(first, ticketOf(1), listener, { connect, clock, random: () => 1 });
  seatLine.listen();
  return { clock, routers, heard, line: seatLine };
}

/** The newest far end. */
function last(routers: readonly FakeRouter[]): FakeRouter {
  const router = routers.at(-1);
  if (router === undefined) throw new Error('nobody connected');
  return router;
}

/** The last connection breaks; the next one is made, and has asked to rejoin. */
async function breaks({ clock, routers }: Awaited<ReturnType<typeof line>>, ms = 100): Promise<FakeRouter> {
  last(routers).close(1006);
  await clock.pass(ms);
  return last(routers);
}

describe('a line to the router', () => {
  test('that is lost is had again with the ticket, once each, and notices go on after what was missed', async () => {
    const bench = await line();
    expect(bench.line.away).toBe(false);
    const second = await breaks(bench);
    expect(bench.line.away).toBe(true);
    expect(second.requests).toMatchObject([{ request: 'call.rejoin', params: { ticket: ticketOf(1) } }]);
    second.answer(1, 'call.rejoin', welcome(ticketOf(2)));
    second.notify({ notice: 'participant.left', params: { participantId } });
    await settle();
    expect(bench.heard).toEqual(['lost', 'back 2', 'participant.left']);
    expect(bench.line.away).toBe(false);
    const third = await breaks(bench);
    expect(third.requests).toMatchObject([{ request: 'call.rejoin', params: { ticket: ticketOf(2) } }]);
    expect(bench.line.lifetime.ended).toBe(false);
  });

  test('tries again, less and less often, for as long as the seat is held, and then no more', async () => {
    const bench = await line({ unreachable: true });
    const startedMs = bench.clock.nowMs();
    last(bench.routers).close(1006);
    const attempts: number[] = [];
    while (!bench.line.lifetime.ended) {
      const before = bench.routers.length;
      await bench.clock.pass(50);
      if (bench.routers.length > before) attempts.push(bench.clock.nowMs() - startedMs);
    }
    expect(attempts).toEqual([100, 350, 850, 1_850, 3_850, 5_850, 7_850, 9_850, 11_850]);
    expect(bench.line.lifetime.reason).toBe('router-unreachable');
  });

  test('whose ticket is refused has lost its seat, at once', async () => {
    const bench = await line();
    const second = await breaks(bench);
    const asked = expect(bench.line.ask('relay.send', { toAll: ticketOf(0) })).rejects.toMatchObject({
      code: 'router-unreachable',
    });
    second.refuse(1, 'ticket-refused');
    await settle();
    expect(bench.line.lifetime.reason).toBe('router-unreachable');
    await asked;
  });

  test.each([
    ['left', 'ended'],
    ['media-failed', 'media-unreachable'],
    ['message-invalid', 'router-refused'],
    ['taken-over', 'router-refused'],
  ] as const)('that ends with %s is not had again', async (reason, code) => {
    const bench = await line();
    last(bench.routers).close(closeCodes[reason]);
    await bench.clock.pass(60_000);
    expect(bench.line.lifetime.reason).toBe(code);
    expect(bench.routers).toHaveLength(1);
  });

  test('that finds another router than the pinned one asks it nothing, and gives up', async () => {
    const bench = await line({ replaced: true });
    const stranger = await breaks(bench);
    expect(bench.line.lifetime.reason).toBe('router-not-pinned');
    expect(stranger.requests).toEqual([]);
  });

  test('an attempt that takes over 3 s is given up for another, and gives up whatever it was given', async () => {
    const bench = await line();
    const second = await breaks(bench);
    await bench.clock.pass(3_000);
    expect(second.closedWith).toBe(closeCodes.left);
    await bench.clock.pass(250);
    expect(bench.routers).toHaveLength(3);
    expect(last(bench.routers).requests).toMatchObject([{ params: { ticket: ticketOf(1) } }]);
  });

  test('that is closed while it is away stops trying', async () => {
    const bench = await line();
    const second = await breaks(bench);
    bench.line.close();
    await bench.clock.pass(60_000);
    expect(second.closedWith).toBe(closeCodes.left);
    expect(bench.routers).toHaveLength(2);
    expect(bench.line.away).toBe(false);
    await expect(bench.line.ask('call.leave', {})).rejects.toMatchObject({ code: 'ended' });
  });

  test('that is closed leaves', async () => {
    const bench = await line();
    bench.line.close();
    expect(last(bench.routers).closedWith).toBe(closeCodes.left);
  });
});

describe('what was asked on a connection that was lost', () => {
  test('is asked again on the next, and so is what is asked in between', async () => {
    const bench = await line();
    const before = bench.line.ask('relay.send', { toAll: ticketOf(7) });
    await settle();
    const second = await breaks(bench);
    const between = bench.line.ask('consumer.resume', {
      participantId,
      source: 'camera',
    });
    second.answer(1, 'call.rejoin', welcome(ticketOf(2)));
    await settle();
    expect(
      second.requests
        .slice(1)
        .map(({ request }) => request)
        .toSorted(),
    ).toEqual(['consumer.resume', 'relay.send']);
    for (const { id, request } of second.requests.slice(1)) second.answer(id, request, {});
    await expect(Promise.all([before, between])).resolves.toEqual([{}, {}]);
  });

  test('and was done is not asked again, but answered from what stands', async () => {
    const bench = await line();
    const asked = [
      bench.line.ask('transport.create', { direction: 'send' }),
      bench.line.ask('transport.connect', { direction: 'send', dtlsParameters }),
      bench.line.ask('producer.create', { source: 'camera', rtpParameters }),
      bench.line.ask('producer.close', { source: 'screen' }),
    ];
    await settle();
    const second = await breaks(bench);
    const stands: WelcomeBack['own'] = {
      transports: [{ ...transport, direction: 'send', connected: true }],
      sources: [{ source: 'camera', paused: false, producerId: 'p' }],
    };
    second.answer(1, 'call.rejoin', welcome(ticketOf(2), stands));
    await expect(Promise.all(asked)).resolves.toEqual([transport, {}, { producerId: 'p' }, {}]);
    expect(second.requests).toHaveLength(1);
  });

  test('and was not done is asked again', async () => {
    const bench = await line();
    const asked = [
      bench.line.ask('transport.create', { direction: 'receive' }),
      bench.line.ask('transport.connect', { direction: 'send', dtlsParameters }),
      bench.line.ask('producer.create', { source: 'camera', rtpParameters }),
      bench.line.ask('producer.close', { source: 'screen' }),
    ];
    await settle();
    const second = await breaks(bench);
    const stands: WelcomeBack['own'] = {
      transports: [{ ...transport, direction: 'send', connected: false }],
      sources: [{ source: 'screen', paused: false, producerId: 'p' }],
    };
    second.answer(1, 'call.rejoin', welcome(ticketOf(2), stands));
    await settle();
    expect(
      second.requests
        .slice(1)
        .map(({ request }) => request)
        .toSorted(),
    ).toEqual(['producer.close', 'producer.create', 'transport.connect', 'transport.create']);
    const answers = { 'transport.create': transport, 'producer.create': { producerId: 'q' } } as const;
    for (const { id, request } of second.requests.slice(1))
      second.answer(id, request, request in answers ? answers[request as keyof typeof answers] : {});
    await expect(Promise.all(asked)).resolves.toEqual([transport, {}, { producerId: 'q' }, {}]);
  });

  test('and is refused on the next is refused', async () => {
    const bench = await line();
    const asked = expect(bench.line.ask('producer.pause', { source: 'camera' })).rejects.toThrow('source-missing');
    await settle();
    const second = await breaks(bench);
    second.answer(1, 'call.rejoin', welcome(ticketOf(2)));
    await settle();
    second.refuse(2, 'source-missing');
    await asked;
  });
});
