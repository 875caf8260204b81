import { seated } from './handler.ts';

export const setSubscription = seated<'subscription.set'>(async (seat, params) => {
  const subscription = await seat.subscribe(params);
  return { consumer: subscription?.consumer.parameters ?? null, granted: null };
});

export const resumeConsumer = seated<'consumer.resume'>(async (seat, { participantId, source }) => {
  await seat.resumeConsumer(participantId, source);
  return {};
});

export const requestKeyFrame = seated<'consumer.request-key-frame'>(async (seat, { participantId, source }) => {
  await seat.requestKeyFrame(participantId, source);
  return {};
});
