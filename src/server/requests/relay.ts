import { atOnce } from './handler.ts';

export const sendRelay = atOnce<'relay.send'>((seat, params) => {
  if ('toAll' in params) seat.relayToAll(params.toAll);
  else seat.relay(params.list);
  return {};
});
