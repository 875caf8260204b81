import type { Handler } from './handler.ts';

/** PROTOCOL 7, `router.info`: for whoever has a channel, whether or not they may start a call here. */
export const tellRouterInfo: Handler<'router.info'> = (caller, { nonce }) => ({ newCalls: caller.readiness(), nonce });
