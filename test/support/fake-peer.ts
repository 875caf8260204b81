import { ed25519 } from '@noble/curves/ed25519.js';
import { randomBytes } from 'node:crypto';
import { CallId } from '../../src/shared/identity/call-id.ts';
import type { CloseReason } from '../../src/shared/protocol/errors.ts';
import type { Notice } from '../../src/shared/protocol/notices.ts';
import { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import type { Claim } from '../../src/server/calls/call.ts';
import type { Peer } from '../../src/server/calls/presence.ts';

/** A participant's socket as its call sees it: remembers what it was told. */
export class FakePeer implements Peer {
  open = true;
  readonly heard: Notice[] = [];
  ended: CloseReason | undefined;

  notify(notice: Notice): void {
    this.heard.push(notice);
  }

  end(reason: CloseReason): void {
    this.ended = reason;
  }

  get names(): string[] {
    return this.heard.map(({ notice }) => notice);
  }

  /** The relays of each `relay.received`, as first bytes. */
  get relays(): number[][] {
    return this.heard
      .filter((heard) => heard.notice === 'relay.received')
      .map(({ params }) => params.list.map(({ bytes }) => bytes[0] ?? -1));
  }
}

/** A seat that nobody had before. */
export function newSeat(): Claim {
  const id = ParticipantId.from(new Uint8Array(randomBytes(ParticipantId.size)));
  if (id === undefined) throw new Error('not an id');
  return { id };
}

/** The id of a call of its own. */
export function callId(): CallId {
  const id = CallId.from(ed25519.getPublicKey(ed25519.utils.randomSecretKey()));
  if (id === undefined) throw new Error('no call id');
  return id;
}
