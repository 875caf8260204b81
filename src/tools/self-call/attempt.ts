import { randomBytes } from 'node:crypto';
import { CallSigner } from '../../client/encryption/call-key/call-signature.ts';
import { callKeyLength } from '../../client/encryption/call-key/derivations.ts';
import { encodeInvitation } from '../../client/encryption/call-key/invitation.ts';
import type { Attempt, Failed, Stage, Transport } from '../../server/self-call/result.ts';
import type { CallId } from '../../shared/identity/call-id.ts';
import { CodedError, requestErrors } from '../../shared/protocol/errors.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import { NodeMedia } from '../peers/node-media.ts';
import { NodeParticipant } from '../peers/node-participant.ts';
import type { Reach } from '../peers/router-socket.ts';
import { listen } from './listen.ts';

/** How long each participant's socket may live, in ms: some times what a whole call takes. Lower takes slow machines for broken ones. */
const socketMs = 15_000;
/** How long a way for media, the keys, and the frames may take, in ms each. */
const stageMs = 5_000;

/** The router asked to expect a call of its own: where and who it is, or that it is about to stop. */
export type Expect = (callId: CallId) => Promise<{ readonly address: string; readonly routerKey: Bytes } | 'draining'>;

/**
 * Calls the router with two participants, as anybody would, over one transport only: sealed signalling, the participants' own
 * handshake, encrypted sound from one to the other. Rejects only when `expect` does.
 */
export async function attempt(transport: Transport, expect: Expect): Promise<Attempt> {
  const startMs = performance.now();
  const callKey = new Uint8Array(randomBytes(callKeyLength));
  const router = await expect((await CallSigner.of(callKey)).callId);
  if (router === 'draining') return { ok: false, at: 'draining' };
  const { address, routerKey } = router;
  const link = new URL(`#${encodeInvitation({ callKey, routerKey })}`, address).href;
  const reach: Reach = { address, routerKey, forMs: socketMs };
  const progress: { at: Stage } = { at: 'signalling' };
  const stack = new AsyncDisposableStack();
  try {
    const join = async (name: string): Promise<readonly [NodeParticipant, NodeMedia]> => {
      const participant = stack.use(await NodeParticipant.join(reach, { link, name }));
      const media = stack.use(await NodeMedia.create(participant.client, undefined, transport === 'tcp'));
      return [participant, media];
    };
    const [speaker, speakersMedia] = await join('1');
    const [listener, listenersMedia] = await join('2');
    progress.at = 'path';
    const paths = Promise.all([speakersMedia.connect('send'), listenersMedia.connect('receive')]);
    await within(paths).catch((error: unknown) => {
      if (speakersMedia.answered && listenersMedia.answered) progress.at = 'dtls';
      throw error;
    });
    progress.at = 'keys';
    await within(Promise.all([speaker, listener].map(async (one) => one.person(({ keyHeld }) => keyHeld))));
    progress.at = 'media';
    const heard = await within(listen(stack, { speaker, speakersMedia, listener, listenersMedia }));
    if (heard.openedWithWrongKey) return { ok: false, at: 'sealing' };
    return { ok: true, seconds: (heard.firstMs - startMs) / 1_000, delays: heard.delays };
  } catch (error) {
    return failed(progress.at, error);
  } finally {
    // What of a path that never came up cannot be closed in order ends with its sockets.
    await within(stack.disposeAsync()).catch(() => undefined);
  }
}

function failed(at: Stage, error: unknown): Failed {
  if (at !== 'signalling' || !(error instanceof CodedError)) return { ok: false, at };
  const code = requestErrors.find((one) => one === error.code);
  return code === undefined ? { ok: false, at: 'router-key' } : { ok: false, at: 'join', code };
}

async function within<T>(promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, stageMs, new Error('late'));
  return Promise.race([promise, late]).finally(() => {
    clearTimeout(timer);
  });
}
