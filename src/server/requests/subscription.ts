import { withMedia } from './handler.ts';

export const setSubscription = withMedia<'subscription.set'>((seat, params) => seat.subscribe(params));

export const resumeConsumer = withMedia<'consumer.resume'>(async (seat, { participantId, source }) => {
  await seat.resumeConsumer(participantId, source);
  return {};
});

export const requestKeyFrame = withMedia<'consumer.request-key-frame'>(async (seat, { participantId, source }) => {
  await seat.requestKeyFrame(participantId, source);
  return {};
});
