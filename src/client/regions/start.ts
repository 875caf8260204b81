import { CallError } from '../call/call-error.ts';
import { createInvitation, type Invitation } from '../call/invitation.ts';
import type { CallErrorCode, RouterPin } from '../call/types.ts';

/** What one router's failing says nothing about the next one in. */
const theRouters: ReadonlySet<CallErrorCode> = new Set<CallErrorCode>([
  'router-unreachable',
  'router-not-pinned',
  'router-refused',
  'router-full',
  'version-unknown',
  'token-needed',
  'token-refused',
]);

/**
 * Starts a call on the first of these routers that lets us: each is tried with a new call. Resolves with what `join` gave and
 * the invitation to it. Rejects like `join` for the last one that was tried; with CallError `router-unreachable` without any.
 */
export async function startOnFirst<T>(
  routers: readonly RouterPin[],
  join: (invitation: Invitation) => Promise<T>,
): Promise<{ readonly joined: T; readonly invitation: Invitation }> {
  let failure: unknown = new CallError('router-unreachable');
  for (const { url, routerKey } of routers) {
    const invitation = createInvitation({ routerUrl: url, routerKey });
    try {
      return { joined: await join(invitation), invitation };
    } catch (error) {
      failure = error;
      if (!(error instanceof CallError) || !theRouters.has(error.code)) break;
    }
  }
  throw failure;
}
