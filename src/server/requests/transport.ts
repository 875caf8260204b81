import { withMedia, withMediaAtOnce } from './handler.ts';

export const createTransport = withMedia<'transport.create'>((seat, { direction }) => seat.createTransport(direction));

export const connectTransport = withMediaAtOnce<'transport.connect'>(async (seat, params) => {
  await seat.connectTransport(params);
  return {};
});

/** PROTOCOL 7, `transport.restart-ice`. */
export const restartIce = withMedia<'transport.restart-ice'>(async (seat, { direction }) => ({
  iceParameters: await seat.restartIce(direction),
}));
