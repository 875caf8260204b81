import { decodeHeader } from '../../src/client/encryption/frames/header.ts';
import { fromKid } from '../../src/client/encryption/keys/derive.ts';
import { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import { fromBase64Url } from '../../src/shared/support/bytes.ts';
import { MediaClient } from './media-client.ts';
import { NodeParticipant } from './node-participant.ts';
import type { Recording } from './recording.ts';
import { SealedSender } from './sealed-sender.ts';
import type { Reach } from './test-client.ts';

/** Between two looks at the keys of everybody, in ms. */
const betweenLooksMs = 10;
/** How long new keys may take, in ms, on the slowest machine. */
const givenUpMs = 30_000;

/** One participant without a browser that speaks, and may show a picture. */
export class CrowdMember implements AsyncDisposable {
  readonly participant: NodeParticipant;
  /** From the start of its connection until the router had let it in, in ms. */
  readonly admittedMs: number;
  readonly #media: MediaClient;
  readonly #senders: SealedSender[] = [];

  /** `from`: the loopback address that it comes from. */
  static async join(reach: Reach & { readonly from: string }, link: string, name: string): Promise<CrowdMember> {
    const startMs = performance.now();
    const participant = await NodeParticipant.join(reach, { link, name });
    const admittedMs = performance.now() - startMs;
    return new CrowdMember(participant, await MediaClient.create(participant.client, reach.from, false), admittedMs);
  }

  private constructor(participant: NodeParticipant, media: MediaClient, admittedMs: number) {
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

/** When the keys of everybody in a crowd were replaced after a leave, in ms since it. */
export interface Rekeyed {
  /** For each receiver, when it held a new key of every sender. */
  readonly held: readonly number[];
  /** For each sender, when it sealed under a new key. */
  readonly sealed: readonly number[];
}

/** Has `leave` happen and waits until every one of the `rest` holds, and seals under, keys that whoever left never had. */
export async function rekeying(rest: readonly CrowdMember[], leave: () => Promise<void>): Promise<Rekeyed> {
  const chainOf = (receiver: CrowdMember, sender: CrowdMember): number =>
    receiver.participant.group.receiving(sender.participant.id)?.newest?.chain ?? 0;
  const sealing = rest.map(({ participant }) => participant.group.sending.current.chain);
  const startMs = performance.now();
  await leave();
  const held = new Map<CrowdMember, number>();
  const sealed = new Map<CrowdMember, number>();
  while (held.size < rest.length || sealed.size < rest.length) {
    await new Promise((resolve) => setTimeout(resolve, betweenLooksMs));
    const sinceMs = performance.now() - startMs;
    if (sinceMs > givenUpMs)
      throw new Error(`${rest.length} stayed: ${held.size} held new keys of all, ${sealed.size} sealed under new ones`);
    for (const [index, one] of rest.entries()) {
      if (!sealed.has(one) && one.participant.group.sending.current.chain > (sealing[index] ?? 0))
        sealed.set(one, sinceMs);
      const hasAll = (): boolean =>
        rest.every((other, at) => other === one || chainOf(one, other) > (sealing[at] ?? 0));
      if (!held.has(one) && hasAll()) held.set(one, sinceMs);
    }
  }
  return { held: [...held.values()], sealed: [...sealed.values()] };
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
