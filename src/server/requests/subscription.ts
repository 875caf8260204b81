import { seated } from './handler.ts';

export const setSubscription = seated<'subscription.set'>((seat, params) => seat.subscribe(params));

export const resumeConsumer = seated<'consumer.resume'>(async (seat, { participantId, source }) => {
  await seat.resumeConsumer(participantId, source);
  return {};
});

export const requestKeyFrame = seated<'consumer.request-key-frame'>(async (seat, { participantId, source }) => {
  await seat.requestKeyFrame(participantId, source);
  return {};
});
