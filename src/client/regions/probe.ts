import { limits } from '../../shared/protocol/limits.ts';
import type { ListedRouter } from '../../shared/regions/region-list.ts';
import { equal } from '../../shared/support/bytes.ts';
import type { Clock } from '../../shared/support/clock.ts';
import { CallError } from '../call/call-error.ts';
import { knownRouters } from '../call/routers.ts';
import { RouterConnection, type Ask } from '../signalling/router-connection.ts';
import type { Socket } from '../signalling/sealed-socket.ts';

/** How often each router is asked for the time of one round, after it was asked once. More is surer, and takes longer. */
const rounds = 5;
/** How long one router may take for all of it, in ms. Lower is done sooner when one is silent; higher bears longer ways: ten rounds. */
const patienceMs = 3_000;

/** A router of the list, as it was found. */
export type ProbedRouter = ListedRouter &
  (
    | {
        /** It starts calls; is about to stop; or has as much to do as it bears. */
        readonly standing: 'ready' | 'draining' | 'busy';
        /** Median time of a question and its answer, in ms. */
        readonly roundTripMs: number;
      }
    | {
        /** It has another key than the list says; or does not answer, or not in time, or not as it should. */
        readonly standing: 'wrong-key' | 'unreachable';
      }
  );

export interface ProbeServices {
  readonly clock: Clock;
  readonly socket: (url: string) => Socket;
  readonly signal: AbortSignal;
}

/**
 * Asks all these routers at once how they are and how far, each over a connection of its own, which is closed again; in the
 * order of `routers`. What is said is believed of the holder of the router key only, since it comes through the sealed channel.
 * Rejects with CallError `aborted`, or `invitation-damaged` when a key is none.
 */
export async function probe(
  routers: readonly ListedRouter[],
  { clock, socket, signal }: ProbeServices,
): Promise<readonly ProbedRouter[]> {
  const done = new AbortController();
  const stop = (): void => {
    done.abort();
  };
  const stopTimer = clock.after(patienceMs, stop);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const probed = await Promise.all(routers.map((one) => probeOne(one, { clock, socket, signal: done.signal })));
    if (signal.aborted) throw new CallError('aborted');
    return probed;
  } finally {
    stopTimer();
    signal.removeEventListener('abort', stop);
  }
}

async function probeOne(router: ListedRouter, services: ProbeServices): Promise<ProbedRouter> {
  const [known] = knownRouters([router]);
  if (known === undefined) throw new CallError('invitation-damaged');
  try {
    const connection = await RouterConnection.open({ ...known, ...services });
    const close = (): void => {
      connection.close();
    };
    services.signal.addEventListener('abort', close, { once: true });
    try {
      return { ...router, ...(await measure(connection, services.clock)) };
    } finally {
      services.signal.removeEventListener('abort', close);
      close();
    }
  } catch (error) {
    const isOther = error instanceof CallError && error.code === 'router-not-pinned';
    return { ...router, standing: isOther ? 'wrong-key' : 'unreachable' };
  }
}

async function measure(
  { ask }: RouterConnection,
  clock: Clock,
): Promise<{ standing: 'ready' | 'draining' | 'busy'; roundTripMs: number }> {
  // The first one waits for what is done once on either side.
  let standing = await askOnce(ask);
  const times: number[] = [];
  while (times.length < rounds) {
    const askedMs = clock.nowMs();
    standing = await askOnce(ask);
    times.push(clock.nowMs() - askedMs);
  }
  times.sort((a, b) => a - b);
  return { standing, roundTripMs: times[Math.floor(rounds / 2)] ?? Infinity };
}

/** Rejects with CallError `router-refused` when the answer is to another question: it may have been sent ahead, to seem nearer. */
async function askOnce(ask: Ask): Promise<'ready' | 'draining' | 'busy'> {
  const nonce = crypto.getRandomValues(new Uint8Array(limits.nonceBytes));
  const answer = await ask('router.info', { nonce });
  if (!equal(answer.nonce, nonce)) throw new CallError('router-refused');
  return answer.newCalls;
}
