import { decodeHeader } from '../../client/encryption/frames/header.ts';
import { fromKid } from '../../client/encryption/keys/derive.ts';
import { ParticipantId } from '../../shared/identity/participant-id.ts';
import { fromBase64Url } from '../../shared/support/bytes.ts';
import { NodeMedia } from './node-media.ts';
import { NodeParticipant } from './node-participant.ts';
import type { Recording } from './recording.ts';
import { SealedSender } from './sealed-sender.ts';
import type { Reach } from './router-socket.ts';

/** One participant without a browser that speaks, and may show a picture. */
export class CrowdMember implements AsyncDisposable {
  readonly participant: NodeParticipant;
  /** From the start of its connection until the router had let it in, in ms. */
  readonly admittedMs: number;
  readonly #media: NodeMedia;
  readonly #senders: SealedSender[] = [];

  /** `from`: the loopback address that it comes from. */
  static async join(reach: Reach & { readonly from: string }, link: string, name: string): Promise<CrowdMember> {
    const startMs = performance.now();
    const participant = await NodeParticipant.join(reach, { link, name });
    const admittedMs = performance.now() - startMs;
    return new CrowdMember(participant, await NodeMedia.create(participant.client, reach.from, false), admittedMs);
  }

  private constructor(participant: NodeParticipant, media: NodeMedia, admittedMs: number) {
    this.participant = participant;
    this.#media = media;
    this.admittedMs = admittedMs;
  }

  /** Opens a source and sends it from now on. */
  async send(source: 'microphone' | 'camera', recording: Recording): Promise<void> {
    this.#senders.push(await SealedSender.open(source, this.participant, this.#media, recording));
  }

  /** Resolves when it holds keys of `others` others, with the time that it took since `startMs`. */
  async holdsKeysOf(others: number, startMs: number): Promise<number> {
    await this.participant.until((people) => people.filter(({ keyHeld }) => keyHeld).length >= others);
    return performance.now() - startMs;
  }

  /**
   * Receives the microphone of another. The answer, called, resolves with the number of the chain that the next frame was sealed
   * under which opens.
   */
  async hear({ participant: { id } }: CrowdMember): Promise<() => Promise<number>> {
    const { client, group } = this.participant;
    const path = await this.#media.connect('receive');
    const of = { participantId: idFrom(id), source: 'microphone' } as const;
    const wanted = { height: 90, framesPerSecond: 30 } as const;
    const { consumer } = await client.request('subscription.set', { ...of, wanted, priority: 255 });
    const ssrc = consumer?.rtpParameters.encodings?.[0]?.ssrc;
    let told: (chain: number) => void = () => undefined;
    const take = async (frame: Uint8Array): Promise<void> => {
      const opened = await group.receiving(id)?.open('microphone', 'opus', frame, performance.now());
      if (opened?.outcome === 'opened') told(chainOf(frame));
    };
    path.onRtp.subscribe(({ header, payload }) => {
      if (header.ssrc === ssrc) void take(payload);
    });
    await client.request('consumer.resume', of);
    return () => new Promise((resolve) => (told = resolve));
  }

  /** Leaves as a page does that is closed in order. */
  async leave(): Promise<void> {
    await this.participant.leave();
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const sender of this.#senders) sender[Symbol.dispose]();
    this.participant[Symbol.dispose]();
    await this.#media[Symbol.asyncDispose]();
  }
}

/** The number of the chain that a frame of sound says it was sealed under (ENCRYPTION "Frame"). */
function chainOf(frame: Uint8Array): number {
  const header = decodeHeader(frame);
  return (header && fromKid(header.kid)?.chain) ?? 0;
}

function idFrom(key: string): ParticipantId {
  const id = ParticipantId.from(fromBase64Url(key) ?? new Uint8Array());
  if (id === undefined) throw new Error('no participant id');
  return id;
}
