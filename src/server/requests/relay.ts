import { seated } from './handler.ts';

export const sendRelay = seated<'relay.send'>((seat, params) => {
  if ('toAll' in params) seat.relayToAll(params.toAll);
  else seat.relay(params.list);
  return {};
});
