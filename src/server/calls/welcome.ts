import type { Result } from '../../shared/protocol/requests.ts';
import type { Call } from './call.ts';
import { subscriptionKey, type Participant } from './participant.ts';

/** What one needs to know on joining, as far as the call knows it. */
export type Welcome = Omit<Result<'call.join'>, 'participantLimit' | 'ticket'>;
/** The same on coming back to a held seat, with what of one's own still stands. */
export type WelcomeBack = Omit<Result<'call.rejoin'>, 'participantLimit' | 'ticket'>;

/** PROTOCOL 7, `call.join`. */
export function welcome(call: Call, self: Participant): Welcome {
  return {
    participantId: self.id,
    others: othersOf(call, self).map(({ id, sources }) => ({
      participantId: id,
      sources: Array.from(sources, ([source, { paused }]) => ({ source, paused })),
    })),
    rtpCapabilities: call.rtpCapabilities,
    run: call.run,
  };
}

/** PROTOCOL 7, `call.rejoin`. */
export function welcomeBack(call: Call, self: Participant): WelcomeBack {
  return {
    participantId: self.id,
    others: othersOf(call, self).map(({ id, sources }) => ({
      participantId: id,
      sources: Array.from(sources, ([source, { paused }]) => {
        const subscription = self.subscriptions.get(subscriptionKey(id, source));
        return { source, paused, consumerId: subscription?.consumer.parameters.consumerId ?? null };
      }),
    })),
    rtpCapabilities: call.rtpCapabilities,
    run: call.run,
    own: {
      transports: Array.from(self.transports, ([direction, { parameters }]) => ({
        ...parameters,
        direction,
        connected: self.connected.has(direction),
      })),
      sources: Array.from(self.sources, ([source, { paused, producer }]) => ({
        source,
        paused,
        producerId: producer.id,
      })),
    },
  };
}

function othersOf(call: Call, self: Participant): readonly Participant[] {
  return call.participants.filter((participant) => participant !== self);
}
