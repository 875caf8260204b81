import { seated, withMedia } from './handler.ts';

export const createProducer = withMedia<'producer.create'>(async (seat, { source, rtpParameters }) => ({
  producerId: await seat.open(source, rtpParameters),
}));

export const pauseProducer = withMedia<'producer.pause'>(async (seat, { source }) => {
  await seat.pause(source);
  return {};
});

export const resumeProducer = withMedia<'producer.resume'>(async (seat, { source }) => {
  await seat.resume(source);
  return {};
});

export const closeProducer = seated<'producer.close'>((seat, { source }) => {
  seat.close(source);
  return {};
});
