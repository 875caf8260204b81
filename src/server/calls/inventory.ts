import type { Inventory } from '../../shared/protocol/inventory.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Call } from './call.ts';
import { subscriptionKey, type Participant } from './participant.ts';

/** The part of an inventory that a call knows: all but the socket, its session, and the ticket. */
export type SeatInventory = Omit<Inventory, 'socket' | 'session' | 'rejoinTicketHashHeld'>;

/**
 * All that `call` holds on `self` at this moment, its subscriptions from number `from` on. Nothing of it is kept.
 * Throws CodedError `transport-missing` when the participant leaves meanwhile.
 */
export async function inventoryOf(
  call: Call,
  self: Participant,
  from: number,
  allowances: { readonly relays: number; readonly subscriptions: number },
): Promise<SeatInventory> {
  const transports = Array.from(self.transports, async ([direction, transport]) => ({
    direction,
    transportId: transport.parameters.transportId,
    ...(await transport.inventory()),
  }));
  return {
    participantId: self.id.key,
    call: {
      callId: call.id.key,
      startedAt: call.startedAt,
      participants: call.size,
    },
    transports: await Promise.all(transports),
    sources: Array.from(self.sources, ([source, { paused, producer, demand }]) => ({
      source,
      paused,
      producerId: producer.id,
      rtpParameters: producer.rtpParameters,
      scores: [...producer.scores],
      receivers: call.participants.filter(({ subscriptions }) => subscriptions.has(subscriptionKey(self.id, source)))
        .length,
      wantedTold: demand?.told ?? null,
    })),
    ...subscriptionsOf(self, from),
    relays: { ...self.outbox.backlog, allowance: Math.floor(allowances.relays) },
    subscriptionAllowance: Math.floor(allowances.subscriptions),
  };
}

function subscriptionsOf(
  { subscriptions }: Participant,
  from: number,
): Pick<Inventory, 'subscriptions' | 'subscriptionsInAll'> {
  const part = [...subscriptions.values()].slice(from, from + limits.inventorySubscriptions);
  return {
    subscriptions: part.map(({ participantId, source, consumer, report, keyFrameAllowance }) => ({
      participantId: participantId.key,
      source,
      consumerId: consumer.parameters.consumerId,
      ssrcs: (consumer.parameters.rtpParameters.encodings ?? []).flatMap(({ ssrc, rtx }) =>
        [ssrc, rtx?.ssrc].filter((name) => name !== undefined),
      ),
      ...consumer.inventory(),
      told: report?.told ?? null,
      keyFrameAllowance,
    })),
    subscriptionsInAll: subscriptions.size,
  };
}
