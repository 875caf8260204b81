import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { KnownRouter } from '../../../src/client/call/routers.ts';
import { SeatLine, type Back, type Joined, type WelcomeBack } from '../../../src/client/call/seat-line.ts';
import { RouterConnection } from '../../../src/client/signalling/router-connection.ts';
import { ParticipantId } from '../../../src/shared/identity/participant-id.ts';
import { CallError } from '../../../src/client/call/call-error.ts';
import { closeCodes } from '../../../src/shared/protocol/errors.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import type { Result } from '../../../src/shared/protocol/requests.ts';
import type { Bytes } from '../../../src/shared/support/bytes.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeRouter, routerPair } from './fake-router.ts';

const ticketOf = (value: number): Bytes => new Uint8Array(limits.ticketBytes).fill(value);
const participantId = randomId();
const own = { transports: [], sources: [] };
const runOf = (value: number): Bytes => new Uint8Array(limits.runBytes).fill(value);
/** How long a line tries to come back, in ms. */
const comeBackMs = 20_000;
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

function joined(ticket: Bytes, run = runOf(1)): Joined {
  const rtpCapabilities = { codecs: [], headerExtensions: [] };
  return { participantId, others: [], rtpCapabilities, participantLimit: 4, ticket, run };
}

function welcome(ticket: Bytes, what: WelcomeBack['own'] = own): WelcomeBack {
  return { ...joined(ticket), others: [], own: what };
}

interface LineOptions {
  /** Addresses that do not answer, after the first connection. */
  readonly unreachable?: readonly string[];
  /** The router has another key from then on. */
  readonly replaced?: boolean;
  /** What a join by seat key is answered; by default, it never is. */
  readonly join?: () => Promise<Joined | 'seat-ended'>;
}

/** A line that was just made, and the far ends of its connections: the first is open, later ones answer handshakes at once. */
async function line(options: LineOptions = {}) {
  const clock = new FakeClock();
  const pair = routerPair();
  const routers: FakeRouter[] = [];
  const tried: string[] = [];
  const lastRuns: Bytes[] = [];
  const known = (name: string): KnownRouter => ({
    routerUrl: `http://${name}.localhost`,
    routerKeys: [pair.publicKey],
  });
  const [here, second, third] = [known('here'), known('second'), known('third')];
  const connect = (to: KnownRouter, signal: AbortSignal): Promise<RouterConnection> => {
    const name = to.routerUrl.slice('http://'.length, -'.localhost'.length);
    tried.push(name);
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
    if (options.unreachable?.includes(name) === true && routers.length > 1) router.close(1006);
    else router.open();
    return opened;
  };
  const heard: string[] = [];
  const listener = {
    notice: ({ notice }: { notice: string }) => void heard.push(notice),
    lost: () => void heard.push('lost'),
    back: (back: Back) => void heard.push(`${back.how} ${back.welcome.ticket[0] ?? ''}`),
  };
  const first = await connect(here, new AbortController().signal);
  const join = (_: RouterConnection, lastRun: Bytes): Promise<Joined | 'seat-ended'> => {
    lastRuns.push(lastRun);
    return options.join?.() ?? Promise.reject(new CallError('router-unreachable'));
  };
  const services = { connect, join, elsewhere: () => [second, third], clock, random: () => 1 };
  const seatLine = new SeatLine(here, first, { ticket: ticketOf(1), run: runOf(1) }, listener, services);
  seatLine.listen();
  return { clock, routers, tried, lastRuns, heard, line: seatLine, second, third };
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
    expect(bench.heard).toEqual(['lost', 'rejoined 2', 'participant.left']);
    expect(bench.line.away).toBe(false);
    const third = await breaks(bench);
    expect(third.requests).toMatchObject([{ request: 'call.rejoin', params: { ticket: ticketOf(2) } }]);
    expect(bench.line.lifetime.ended).toBe(false);
  });

  test('tries again, less and less often, for as long as it may be taken for there, elsewhere too in the end, and then no more', async () => {
    const bench = await line({ unreachable: ['here', 'second', 'third'] });
    const startedMs = bench.clock.nowMs();
    last(bench.routers).close(1006);
    const attempts: number[] = [];
    while (!bench.line.lifetime.ended) {
      const before = bench.routers.length;
      await bench.clock.pass(50);
      if (bench.routers.length > before) attempts.push(bench.clock.nowMs() - startedMs);
    }
    expect(attempts.slice(0, 6)).toEqual([100, 350, 600, 1_100, 1_600, 2_100]);
    expect(attempts.at(-1)).toBe(comeBackMs + 100);
    const elsewhere = bench.tried.indexOf('second');
    expect(attempts[elsewhere - 2]).toBe(6_100);
    expect(bench.tried.slice(elsewhere, elsewhere + 3)).toEqual(['second', 'third', 'here']);
    expect(bench.line.lifetime.reason).toBe('router-unreachable');
  });

  test('whose ticket is refused takes its seat by key, says in which run it had it, and hears which it is now', async () => {
    for (const run of [1, 2]) {
      const bench = await line({ join: () => Promise.resolve(joined(ticketOf(3), runOf(run))) });
      const second = await breaks(bench);
      second.refuse(1, 'ticket-refused');
      await settle();
      expect(bench.lastRuns).toEqual([runOf(1)]);
      expect(bench.heard).toEqual(['lost', 'joined 3']);
      expect(bench.line.lifetime.ended).toBe(false);
    }
  });

  test('whose seat has ended in that very run has lost it, at once', async () => {
    const bench = await line({ join: () => Promise.resolve('seat-ended') });
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

  test('an attempt that takes over 3 s is given up for another, which finds the seat held if it got that far', async () => {
    const bench = await line();
    const second = await breaks(bench);
    await bench.clock.pass(3_000);
    expect(second.closedWith).toBe(1000);
    await bench.clock.pass(250);
    expect(bench.routers).toHaveLength(3);
    expect(last(bench.routers).requests).toMatchObject([{ params: { ticket: ticketOf(1) } }]);
  });

  test('whose router stays away is had on the next one of the list', async () => {
    const bench = await line({
      unreachable: ['here', 'second'],
      join: () => Promise.resolve(joined(ticketOf(4), runOf(2))),
    });
    last(bench.routers).close(1006);
    await bench.clock.pass(7_000);
    expect(bench.tried.slice(-3)).toEqual(['here', 'second', 'third']);
    expect(bench.heard).toEqual(['lost', 'joined 4']);
    expect(bench.line.router).toBe(bench.third);
  });

  test('moves to the first router that lets it in, and holds its seat on the one before', async () => {
    const bench = await line({ unreachable: ['second'], join: () => Promise.resolve(joined(ticketOf(5), runOf(2))) });
    const [before] = bench.routers;
    expect(await bench.line.move([bench.second, bench.third])).toBe(true);
    expect(bench.heard).toEqual(['moved 5']);
    expect(before?.closedWith).toBe(1000);
    expect(bench.line.router).toBe(bench.third);
    last(bench.routers).notify({ notice: 'participant.left', params: { participantId } });
    expect(bench.heard.at(-1)).toBe('participant.left');
  });

  test('stays where it is when no other router lets it in', async () => {
    const bench = await line({ unreachable: ['second', 'third'] });
    const [before] = bench.routers;
    expect(await bench.line.move([bench.second, bench.third])).toBe(false);
    expect(before?.closedWith).toBeUndefined();
    expect(bench.line.away).toBe(false);
    expect(bench.heard).toEqual([]);
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

describe('what was asked about media before the seat was taken by key', () => {
  test('is refused, whether it was under way or waited; everything else is asked again', async () => {
    const bench = await line({ join: () => Promise.resolve(joined(ticketOf(3), runOf(2))) });
    const refused = { code: 'media-renewed' };
    const underWay = expect(
      bench.line.ask('producer.create', { source: 'camera', rtpParameters }),
    ).rejects.toMatchObject(refused);
    const relayed = bench.line.ask('relay.send', { toAll: ticketOf(7) });
    await settle();
    const second = await breaks(bench);
    const waiting = expect(
      bench.line.ask('consumer.resume', { participantId, source: 'camera' }),
    ).rejects.toMatchObject(refused);
    second.refuse(1, 'ticket-refused');
    await settle();
    await Promise.all([underWay, waiting]);
    expect(second.requests.slice(1).map(({ request }) => request)).toEqual(['relay.send']);
    second.answer(2, 'relay.send', {});
    await expect(relayed).resolves.toEqual({});
    const anew = bench.line.ask('producer.create', { source: 'camera', rtpParameters });
    await settle();
    second.answer(3, 'producer.create', { producerId: 'q' });
    await expect(anew).resolves.toEqual({ producerId: 'q' });
  });
});
