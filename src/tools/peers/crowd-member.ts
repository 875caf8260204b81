import { hearSealed, keyNamedBy } from './hear-sealed.ts';
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
    let told: (chain: number) => void = () => undefined;
    await hearSealed(this.participant, this.#media, id, (frame, { outcome }) => {
      if (outcome === 'opened') told(keyNamedBy(frame)?.chain ?? 0);
    });
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
