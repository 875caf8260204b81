import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { MediaClient } from '../support/media-client.ts';
import { OtherNetwork, routerAddress } from '../support/other-network.ts';
import { startRouterProcess, type RouterProcess } from '../support/router-process.ts';
import { testCall, TestClient } from '../support/test-client.ts';

const main = new URL('../../src/server/main.ts', import.meta.url).pathname;
const service = new URL('../../deploy/service/', import.meta.url);
const addresses = ['203.0.113.41', '203.0.113.42', '203.0.113.43'] as const;
/** The time after which nothing may be known, and the time in which a silent socket and its seat are given up, in ms. */
const waitMs = 5_000;
const noticeMs = 60_000;

/** What the service unit has the system do before the router starts, done in the other network. */
function applySettings(network: OtherNetwork): void {
  for (const [, name = '', value = ''] of readFileSync(new URL('60-sotto.conf', service), 'utf8').matchAll(
    /^([\w.]+) = (\d+)$/gm,
  ))
    network.run('sh', '-c', `echo ${value} > /proc/sys/${name.replaceAll('.', '/')}`);
  const unit = readFileSync(new URL('sotto.service', service), 'utf8');
  for (const [, line = ''] of unit.matchAll(/^ExecStartPre=\+(\/usr\/bin\/ip .*)$/gm)) network.run(...line.split(' '));
}

/** Where the kernel of the router's network names one of the clients. */
function known(network: OtherNetwork): { metrics: number; sockets: number } {
  const count = (text: string): number =>
    text.split('\n').filter((line) => addresses.some((address) => line.includes(address))).length;
  return { metrics: count(network.run('ip', 'tcp_metrics', 'show')), sockets: count(network.run('ss', '-Hanotu')) };
}

interface Person {
  readonly client: TestClient;
  readonly media: MediaClient;
}

/** A call of three with real media, two of them over TCP, and a reader of the page who keeps the connection open. */
async function holdCall(router: RouterProcess): Promise<Person[]> {
  const call = testCall();
  const people: Person[] = [];
  for (const [index, from] of addresses.entries()) {
    const client = await TestClient.connect({ ...router, from });
    const { participantId } = await client.join(call);
    const media = await MediaClient.create(client, from, index > 0);
    await media.speak(80);
    const before = people.at(-1);
    if (before !== undefined) await before.media.hear(participantId);
    people.push({ client, media });
  }
  const asking = get(new URL('/.well-known/sotto.json', router.address), {
    localAddress: addresses[0],
    rejectUnauthorized: false,
  });
  const [answer] = (await once(asking, 'response')) as [NodeJS.ReadableStream];
  await once(answer.resume(), 'end');
  return people;
}

async function leave({ client, media }: Person): Promise<void> {
  await client.request('call.leave', {});
  await client.closed;
  await media[Symbol.asyncDispose]();
}

describe('the kernel of the router', { timeout: 120_000 }, () => {
  const start = (network: OtherNetwork): Promise<RouterProcess> =>
    startRouterProcess({ SOTTO_HOST: routerAddress, SOTTO_LOG_LEVEL: 'info' }, network.command(process.execPath, main));

  test('as it is remembers those who were in a call', async () => {
    await using network = await OtherNetwork.create(addresses);
    await using router = await start(network);
    const ended = router.wrote(/"call-ended"/, noticeMs);
    for (const person of await holdCall(router)) await leave(person);
    await ended;
    await after(waitMs);
    const { metrics, sockets } = known(network);
    expect(metrics).toBeGreaterThan(0);
    expect(sockets).toBeGreaterThan(0);
  });

  test.each(['leave', 'vanish'] as const)(
    'with the settings of the service names none of them 5 s after the call: they %s',
    async (how) => {
      await using network = await OtherNetwork.create(addresses);
      applySettings(network);
      await using router = await start(network);
      const ended = router.wrote(/"call-ended"/, noticeMs);
      const people = await holdCall(router);
      expect(known(network).sockets).toBeGreaterThan(0);
      if (how === 'leave') for (const person of people) await leave(person);
      else network.cut();
      await ended;
      await after(waitMs);
      expect(known(network)).toEqual({ metrics: 0, sockets: 0 });
      for (const { client, media } of people) {
        client[Symbol.dispose]();
        await media[Symbol.asyncDispose]();
      }
    },
  );
});
