import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CodedError } from '../../src/shared/protocol/errors.ts';
import { CountedCall } from '../support/counted-call.ts';
import { startRouterProcess } from '../support/router-process.ts';
import { testCall, TestClient } from '../support/test-client.ts';

/** Share of all processors that this router may use, in percent: little, so that clients on the same machine can offer twice that. */
const cpuLimit = 12;
/** Packets of each call that are looked at, without and with the load; some seconds. */
const packets = 600;
/** Share of them that a busy machine may lose by chance. */
const byChance = 0.02;

test('offered twice what it accepts, a router refuses the rest, and its running calls lose no more than before', async () => {
  await using router = await startRouterProcess({
    SOTTO_CPU_LIMIT: String(cpuLimit),
    // Forgetting all that end here takes more than so little of a slow machine: then nobody would ever be let in.
    SOTTO_FORGETTING: 'off',
    SOTTO_MEDIA_PORTS: '31100-31299',
  });
  await using stack = new AsyncDisposableStack();
  const calls: CountedCall[] = [];
  let offers = 0;
  /** Whether it was let in. */
  const offer = async (): Promise<boolean> => {
    offers += 1;
    try {
      calls.push(stack.use(await CountedCall.start(router, `127.77.1.${1 + (offers % 200)}`)));
      return true;
    } catch (error) {
      if (error instanceof CodedError && error.code === 'router-busy') return false;
      throw error;
    }
  };
  // A router that has just started is busy with itself, and one that is asked all the time with answers.
  while ((await offer()) || calls.length < 2) await after(50);
  const accepted = [...calls];
  const lost = async (): Promise<number> => {
    const losses = await Promise.all(accepted.map((call) => call.lost(packets)));
    return losses.reduce((sum, each) => sum + each, 0) / (accepted.length * packets);
  };
  const before = await lost();

  // As many again, over and over, while it is looked at those that run.
  let [refused, looking] = [0, true];
  const storm = (async (): Promise<void> => {
    while (looking || refused < accepted.length) {
      using client = await TestClient.connect({ ...router, from: `127.77.2.${1 + (refused % 200)}` });
      const answer = await client.join(testCall()).catch((error: unknown) => error);
      if (answer instanceof CodedError) {
        expect(answer.code).toBe('router-busy');
        refused += 1;
      }
    }
  })();
  const during = await lost();
  looking = false;
  await storm;
  process.stdout.write(`accepted ${accepted.length}, refused ${refused}, lost ${before} before, ${during} during\n`);
  expect(during).toBeLessThanOrEqual(before + byChance);
}, 120_000);
