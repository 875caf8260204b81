import type { Request } from '../../shared/protocol/envelope.ts';
import { encodeResult } from '../../shared/protocol/envelope.ts';
import type { RequestName } from '../../shared/protocol/requests.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import { joinCall, leaveCall, peekCall, rejoinCall, updateState } from './call.ts';
import type { Caller, Handler } from './handler.ts';
import { takeInventory } from './inventory.ts';
import { closeProducer, createProducer, pauseProducer, resumeProducer } from './producer.ts';
import { sendRelay } from './relay.ts';
import { tellRouterInfo } from './router.ts';
import { requestKeyFrame, resumeConsumer, setSubscription } from './subscription.ts';
import { connectTransport, createTransport, restartIce } from './transport.ts';

/** Every request has its handler: a new one does not compile until it is here. */
const handlers: { readonly [N in RequestName]: Handler<N> } = {
  'call.join': joinCall,
  'call.rejoin': rejoinCall,
  'call.peek': peekCall,
  'router.info': tellRouterInfo,
  'call.leave': leaveCall,
  'transport.create': createTransport,
  'transport.connect': connectTransport,
  'transport.restart-ice': restartIce,
  'producer.create': createProducer,
  'producer.pause': pauseProducer,
  'producer.resume': resumeProducer,
  'producer.close': closeProducer,
  'subscription.set': setSubscription,
  'consumer.resume': resumeConsumer,
  'consumer.request-key-frame': requestKeyFrame,
  'relay.send': sendRelay,
  'state.update': updateState,
  inventory: takeInventory,
};

/** The answer to `request`, as bytes to seal. Throws what the handler throws. */
export async function answer(caller: Caller, request: Request): Promise<Bytes> {
  return answerTo(caller, request.id, request.request, request.params);
}

async function answerTo<N extends RequestName>(
  caller: Caller,
  id: number,
  name: N,
  params: Parameters<Handler<N>>[1],
): Promise<Bytes> {
  return encodeResult(id, name, await handlers[name](caller, params));
}
