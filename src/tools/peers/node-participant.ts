import { randomBytes } from 'node:crypto';
import { CallSigner } from '../../client/encryption/call-key/call-signature.ts';
import { decodeInvitation } from '../../client/encryption/call-key/invitation.ts';
import { Group } from '../../client/encryption/group/group.ts';
import { videoCodecs, type FromWorker, type Person, type VideoCodec } from '../../client/encryption/messages.ts';
import { RelayQueue } from '../../client/call/relay-queue.ts';
import type { CallId } from '../../shared/identity/call-id.ts';
import { KeyPair } from '../../shared/sealing/key-pair.ts';
import { keyLength } from '../../shared/sealing/public-key.ts';
import type { Bytes } from '../../shared/support/bytes.ts';
import { multiply } from '../../server/keys/x25519.ts';
import { systemClock } from '../../server/support/system-clock.ts';
import type { RouterClient } from './router-client.ts';
import type { Reach } from './router-socket.ts';
import { takeSeat } from './take-seat.ts';

export interface NodeParticipantOptions {
  readonly link: string;
  readonly name: string;
  /** What it says it can show; without it everything. */
  readonly decodes?: readonly VideoCodec[];
  /** Relays of ours that are not sent when this says so: its first byte is the type. */
  readonly holdBack?: (bytes: Uint8Array) => boolean;
}

/**
 * A participant without a browser: the real end-to-end protocol in this process, over the real router, without media of
 * its own. A test can therefore ask what could be opened with the very keys that a participant had.
 */
export class NodeParticipant implements Disposable {
  readonly group: Group;
  readonly client: RouterClient;
  /** Its id as base64url. */
  readonly id: string;
  people: readonly Person[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #relays: RelayQueue;

  static async join(reach: Reach, options: NodeParticipantOptions): Promise<NodeParticipant> {
    const invitation = decodeInvitation(new URL(options.link).hash);
    if (typeof invitation === 'string') throw new Error(invitation);
    const { client, joined } = await takeSeat(reach, invitation.callKey);
    const { participantId, others } = joined;
    const ids = others.map((other) => other.participantId.key);
    const { callId } = await CallSigner.of(invitation.callKey);
    return new NodeParticipant(client, participantId.key, { ...invitation, callId }, ids, options);
  }

  private constructor(
    client: RouterClient,
    id: string,
    { callKey, callId }: { readonly callKey: Bytes; readonly callId: CallId },
    others: readonly string[],
    { name, holdBack = () => false, decodes = videoCodecs }: NodeParticipantOptions,
  ) {
    this.client = client;
    this.id = id;
    this.#relays = new RelayQueue((request, params) => client.request(request, params), systemClock);
    this.group = new Group({
      clock: systemClock,
      random,
      pairs: {
        ephemeral: new KeyPair(random(keyLength), multiply),
        identity: new KeyPair(random(keyLength), multiply),
      },
      deriveCode: () => new Promise(() => undefined), // nobody looks at it, and those of forty would keep this machine busy
      start: { type: 'start', callKey, callId: callId.bytes, participant: id, name, others, decodes },
      emit: (message) => {
        this.#emitted(message, holdBack);
      },
    });
    this.#listen().catch(() => undefined); // ends with the socket
  }

  /** Resolves with the person that `good` says yes to. */
  async person(good: (person: Person) => boolean): Promise<Person> {
    for (;;) {
      const found = this.people.find(good);
      if (found !== undefined) return found;
      await this.#change();
    }
  }

  /** Resolves when `good` says yes to the people. */
  async until(good: (people: readonly Person[]) => boolean): Promise<void> {
    while (!good(this.people)) await this.#change();
  }

  /** Tells the others and the router that it leaves. */
  async leave(): Promise<void> {
    await this.client.request('call.leave', {});
    this.client[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.group.leave(); // its last relays are the byes
    void this.#relays.drained.then(() => {
      this.client[Symbol.dispose]();
    });
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #emitted(message: FromWorker, holdBack: (bytes: Uint8Array) => boolean): void {
    if (message.type === 'people') {
      this.people = message.people;
      for (const tell of this.#waiting) tell();
      this.#waiting.clear();
    }
    if (message.type === 'state') this.client.request('state.update', { state: message.state }).catch(() => undefined);
    if (message.type !== 'relay') return;
    if ('toAll' in message) {
      if (!holdBack(message.toAll)) this.#relays.add(message);
      return;
    }
    const list = message.list.filter(({ bytes }) => !holdBack(bytes));
    if (list.length > 0) this.#relays.add({ type: 'relay', list });
  }

  async #listen(): Promise<void> {
    for (;;) {
      const { notice, params } = await this.client.anyNotice();
      if (notice === 'participant.joined')
        this.group.handle({ type: 'participant-joined', participant: params.participantId.key });
      if (notice === 'participant.left')
        this.group.handle({ type: 'participant-left', participant: params.participantId.key });
      if (notice === 'relay.received')
        this.group.handle({
          type: 'relayed',
          list: params.list.map(({ from, bytes }) => ({ from: from.key, bytes: new Uint8Array(bytes) })),
        });
    }
  }
}

function random(length: number): Bytes {
  return new Uint8Array(randomBytes(length));
}
