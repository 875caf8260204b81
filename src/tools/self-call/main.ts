import { setTimeout as after } from 'node:timers/promises';
import { hasPassed } from '../../server/self-call/reachability.ts';
import { ControlClient } from '../status/control-client.ts';
import { selfCall } from './self-call.ts';

/** Until the next call after one that did not pass, in ms, if it would be later: so that a router is ready soon after what was wrong is mended. */
const againMs = 10_000;

/**
 * The process in which a router calls itself. Arguments: its control socket, and ms between two calls. Tells its parent of each
 * (`SelfCall`), and ends when its parent has gone.
 */
const [controlPath = '', everyText = ''] = process.argv.slice(2);
const everyMs = Number(everyText);
process.once('disconnect', () => process.exit(0));
const control = ControlClient.at(controlPath);
for (;;) {
  const call = await selfCall(control).catch(() => undefined); // no router answers: it is just stopping
  if (call !== undefined) process.send?.(call);
  await after(call !== undefined && hasPassed(call) ? everyMs : Math.min(everyMs, againMs));
}
