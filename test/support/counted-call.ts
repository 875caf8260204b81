import { RtpHeader } from 'werift';
import type { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import { MediaClient } from './media-client.ts';
import { testCall, TestClient } from './test-client.ts';
import type { Reach } from '../../src/tools/peers/router-socket.ts';

const opus = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 };
/** How often packets are sent, in ms, and how many then: as many a second as a picture of 2 Mbit/s has. */
const tickMs = 10;
const packetsATick = 2;
const payload = Buffer.alloc(1_000, 1);

/** A call of two with real media, one sends and one receives, that counts what gets through. Sends for 5 minutes at most. */
export class CountedCall implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  /** Of what has arrived since `lost` was asked. The router leaves gaps in them as they are. */
  #numbers = new Set<number>();
  #arrived: () => void = () => undefined;

  /** `from`: the loopback address of its sockets. Rejects with CodedError when the router refuses one of the two. */
  static async start(router: Reach, from: string): Promise<CountedCall> {
    await using stack = new AsyncDisposableStack();
    const call = testCall();
    const join = async (): Promise<{ client: TestClient; id: ParticipantId; media: MediaClient }> => {
      const client = stack.use(await TestClient.connect({ ...router, from }));
      const { participantId: id } = await client.join(call);
      return { client, id, media: stack.use(await MediaClient.create(client, from, false)) };
    };
    const [sender, receiver] = [await join(), await join()];
    stack.use(await send(sender));
    await receiver.media.hear(sender.id);
    const path = await receiver.media.connect('receive');
    return new CountedCall(stack.move(), path);
  }

  private constructor(stack: AsyncDisposableStack, path: Awaited<ReturnType<MediaClient['connect']>>) {
    this.#stack = stack;
    path.onRtp.subscribe(({ header }) => {
      this.#numbers.add(header.sequenceNumber);
      this.#arrived();
    });
  }

  /** Of the next `count` packets that are sent, how many do not arrive. Resolves when one has arrived that was sent after them. */
  async lost(count: number): Promise<number> {
    const numbers = (this.#numbers = new Set<number>());
    const first = await new Promise<number>((resolve) => {
      let from: number | undefined;
      this.#arrived = () => {
        from ??= Math.min(...numbers);
        if (numbers.has(from + count) || Math.max(...numbers) > from + count) resolve(from);
      };
    });
    this.#arrived = () => undefined;
    return count - [...numbers].filter((number) => number < first + count).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function send({ client, media }: { client: TestClient; media: MediaClient }): Promise<Disposable> {
  const ssrc = 1 + Math.floor(Math.random() * 0xffff_fffe);
  const transport = await media.connect('send');
  const rtpParameters = { mid: '0', codecs: [opus], encodings: [{ ssrc }] };
  await client.request('producer.create', { source: 'microphone', rtpParameters });
  let sequenceNumber = 0;
  const timer = setInterval(() => {
    for (let packet = 0; packet < packetsATick; packet += 1) {
      sequenceNumber += 1;
      const timestamp = sequenceNumber * 240;
      const header = new RtpHeader({ payloadType: opus.payloadType, ssrc, sequenceNumber, timestamp });
      transport.sendRtp(payload, header).catch(() => undefined); // the transport has closed
    }
  }, tickMs);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
    },
  };
}
