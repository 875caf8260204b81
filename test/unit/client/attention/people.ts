import type { RemoteParticipant } from '../../../../src/client/call/remote-participants.ts';
import type { RemoteStream, Wish } from '../../../../src/client/call/remote-stream.ts';
import type { Receiving } from '../../../../src/client/media/media.ts';
import { ParticipantId } from '../../../../src/shared/identity/participant-id.ts';
import type { Source } from '../../../../src/shared/identity/source.ts';

/** A stream that writes down what is wanted of it. */
class FakeStream {
  readonly source: Source;
  readonly receiving = {} as Receiving;
  wish: Wish | undefined;

  constructor(source: Source) {
    this.source = source;
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
  const streams = new Map(sources.map((source) => [source, new FakeStream(source)]));
  const other: RemoteParticipant = {
    id,
    firstSeenMs: 0,
    streams: streams as unknown as Map<Source, RemoteStream>,
    before: new Map(),
    absent: false,
    person: {
      participant: id.key,
      standing: 'authenticated',
      name: `Person ${number}`,
      nameTaken: false,
      keyHeld: true,
      capturing: sources,
      decodes: ['vp8'],
      muted: false,
      missed: 0,
    },
    speech: undefined,
    told: undefined,
  };
  return { other, key: id.key, streams };
}
