import { detectDevice, Device, type types } from 'mediasoup-client';
import * as ortc from 'mediasoup-client/ortc';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { Firefox120 } from 'mediasoup-client/handlers/Firefox120';
import { Safari12 } from 'mediasoup-client/handlers/Safari12';

/** Of the library's, those for browsers that have encoded transforms. */
const factories: Readonly<Record<string, () => types.HandlerFactory>> = {
  Chrome111: () => Chrome111.createFactory({}),
  Firefox120: () => Firefox120.createFactory({}),
  Safari12: () => Safari12.createFactory({}),
};

type Handler = ReturnType<types.HandlerFactory['factory']>;
type Direction = Parameters<types.HandlerFactory['getNativeRtpCapabilities']>[0]['direction'];

let known: types.HandlerFactory | undefined;

/**
 * A new device, which asks the browser what it can send and receive only if nobody has before: two connections are made for
 * that, and thrown away. Rejects where the browser is none that can encrypt.
 */
export async function makeDevice(): Promise<Device> {
  return Device.factory({ handlerFactory: handlerFactory() });
}

/** Asks the browser now, while there is nothing else to do. What goes wrong is seen when a device is loaded. */
export function prepareDevice(): void {
  if (known !== undefined || factories[detectDevice() ?? ''] === undefined) return;
  const factory = handlerFactory();
  for (const direction of ['recvonly', 'sendonly'] as const)
    factory.getNativeRtpCapabilities({ direction }).catch(() => undefined);
}

function handlerFactory(): types.HandlerFactory {
  known ??= remembering(factories[detectDevice() ?? '']?.());
  return known;
}

function remembering(factory: types.HandlerFactory | undefined): types.HandlerFactory {
  if (factory === undefined) throw new Error('no browser that has encoded transforms');
  const answers = new Map<Direction, Promise<types.RtpCapabilities>>();
  return {
    ...factory,
    factory: (options) => probedFromTheFirst(factory.factory(options)),
    getNativeRtpCapabilities: ({ direction }) => {
      const answer = answers.get(direction) ?? factory.getNativeRtpCapabilities({ direction });
      answers.set(direction, answer);
      return answer;
    },
  };
}

/**
 * The library negotiates a second time, after the first video, for the stream that the line is probed with. Here it is part of
 * that first negotiation: with many streams each takes some 100 ms, and media waits for it.
 */
function probedFromTheFirst(handler: Handler): Handler {
  const receive = handler.receive.bind(handler);
  let isProbed = false;
  handler.receive = async (streams) => {
    if (streams[0]?.trackId === 'probator' && isProbed) return [];
    const video = isProbed ? undefined : streams.find(({ kind }) => kind === 'video');
    if (video === undefined) return receive(streams);
    const rtpParameters = ortc.generateProbatorRtpParameters(video.rtpParameters);
    const results = await receive([...streams, { trackId: 'probator', kind: 'video', rtpParameters }]);
    isProbed = true;
    return results.slice(0, streams.length);
  };
  return handler;
}
