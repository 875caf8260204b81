import { seated } from './handler.ts';

export const createTransport = seated<'transport.create'>((seat, { direction }) => seat.createTransport(direction));

export const connectTransport = seated<'transport.connect'>(async (seat, params) => {
  await seat.connectTransport(params);
  return {};
});
