import { withMedia } from './handler.ts';

export const setSubscription = withMedia<'subscription.set'>(async (seat, params) => {
  const subscription = await seat.subscribe(params);
  return { consumer: subscription?.consumer.parameters ?? null };
});

export const resumeConsumer = withMedia<'consumer.resume'>(async (seat, { participantId, source }) => {
  await seat.resumeConsumer(participantId, source);
  return {};
});

export const requestKeyFrame = withMedia<'consumer.request-key-frame'>(async (seat, { participantId, source }) => {
  await seat.requestKeyFrame(participantId, source);
  return {};
});
