import { SealedChannel } from '../../src/shared/sealing/channel.ts';

/** A message that came to the router, as it could look at it. */
export interface SeenMessage {
  readonly atMs: number;
  /** Which participant sent it, in order of joining. */
  readonly from: number;
  readonly request: string;
  /** What is in it, but for ids and for what is sealed in it again, of which there is the size. */
  readonly shape: string;
  /** On the wire, in bytes. */
  readonly size: number;
}

interface Message {
  readonly request: string;
  readonly params: unknown;
}

/** Watches every message that comes to the routers of this process, opened. Watches no more when it is disposed of. */
export class RouterView implements Disposable {
  readonly messages: SeenMessage[] = [];
  readonly #joined: SealedChannel[] = [];
  readonly #open = Object.getOwnPropertyDescriptor(SealedChannel.prototype, 'open')?.value as SealedChannel['open'];

  constructor() {
    const open = this.#open;
    const see = (channel: SealedChannel, box: Uint8Array, message: Uint8Array): void => {
      this.#see(channel, box, message);
    };
    SealedChannel.prototype.open = function (box) {
      const message = open.call(this, box);
      see(this, box, message);
      return message;
    };
  }

  /** Messages of that participant (in order of joining, from 0) that came from then on. */
  of(from: number, sinceMs: number): readonly SeenMessage[] {
    return this.messages.filter((message) => message.from === from && message.atMs >= sinceMs);
  }

  [Symbol.dispose](): void {
    SealedChannel.prototype.open = this.#open;
  }

  #see(channel: SealedChannel, box: Uint8Array, bytes: Uint8Array): void {
    const { request, params } = JSON.parse(Buffer.from(bytes).toString()) as Message;
    if (request === 'call.join') this.#joined.push(channel);
    const from = this.#joined.indexOf(channel);
    const shape = JSON.stringify(params, (name, value: unknown) => {
      if (name === 'bytes' || name === 'toAll' || name === 'state') return `${String(value).length} characters`;
      return ['to', 'participantId'].includes(name) ? 'an id' : value;
    });
    this.messages.push({ atMs: performance.now(), from, request, shape, size: box.length });
  }
}
