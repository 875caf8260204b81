import type { RemoteParticipant } from '../../../../src/client/call/remote-participants.ts';
import type { RemoteStream, Wish } from '../../../../src/client/call/remote-stream.ts';
import { ParticipantId } from '../../../../src/shared/identity/participant-id.ts';
import type { Source } from '../../../../src/shared/identity/source.ts';

/** A stream that writes down what is wanted of it. */
class FakeStream {
  readonly source: Source;
  readonly receiving: { readonly mid: string };
  wish: Wish | undefined;

  constructor(source: Source, mid: string) {
    this.source = source;
    this.receiving = { mid };
  }

  want(wish: Wish | undefined): void {
    this.wish = wish;
  }
}

interface FakePerson {
  readonly other: RemoteParticipant;
  readonly key: string;
  readonly streams: Map<Source, FakeStream>;
}

/** Somebody who has authenticated, with these sources open and on. `number`: 1 and up. */
export function personWith(number: number, ...sources: Source[]): FakePerson {
  const id = ParticipantId.from(new Uint8Array(16).fill(number));
  if (id === undefined) throw new Error('not an id');
  const streams = new Map(sources.map((source) => [source, new FakeStream(source, `${number} ${source}`)]));
  const other: RemoteParticipant = {
    id,
    firstSeenMs: 0,
    streams: streams as unknown as Map<Source, RemoteStream>,
    person: {
      participant: id.key,
      standing: 'authenticated',
      name: `Person ${number}`,
      nameTaken: false,
      keyHeld: true,
      capturing: sources,
      muted: false,
      missed: 0,
    },
    speech: undefined,
    told: undefined,
  };
  return { other, key: id.key, streams };
}
