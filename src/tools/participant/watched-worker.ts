import '../../client/encryption/worker/main.ts';
import { parseFrame } from '../../client/encryption/frames/frame.ts';
import { fromKid } from '../../client/encryption/keys/derive.ts';
import type { TransformStart } from '../../client/encryption/messages.ts';
import type { EncodedFrame, Transformer } from '../../client/encryption/worker/transforms.ts';

/**
 * The SDK's encryption worker, and a look at each frame of sound before and after it: when the first one opened under each key.
 * Sound alone, since it comes all the time, and every look costs something.
 */

/** What this worker says besides: the first frame of this participant under this key has opened. Times in ms since 1970. */
export interface KeyUsed {
  readonly type: 'key-used';
  readonly participant: string;
  readonly chain: number;
  readonly step: number;
  readonly atMs: number;
}

type OnTransform = (event: { readonly transformer: Transformer }) => void;

const scope = globalThis as unknown as { onrtctransform: OnTransform; postMessage(message: KeyUsed): void };
const used = new Set<string>();
const attach = scope.onrtctransform;

scope.onrtctransform = (event) => {
  const { stream } = event.transformer.options as TransformStart;
  const isWatched = stream.direction === 'receive' && stream.source === 'microphone';
  attach(isWatched ? { transformer: watched(event.transformer, stream.participant) } : event);
};

function watched(transformer: Transformer, participant: string): Transformer {
  const kids = new WeakMap<EncodedFrame, bigint>();
  const before = new TransformStream<EncodedFrame, EncodedFrame>({
    transform: (frame, controller) => {
      const sealed = parseFrame('opus', new Uint8Array(frame.data));
      if (sealed !== undefined) kids.set(frame, sealed.kid);
      controller.enqueue(frame);
    },
  });
  const after = new TransformStream<EncodedFrame, EncodedFrame>({
    transform: (frame, controller) => {
      const kid = kids.get(frame);
      const key = kid === undefined ? undefined : fromKid(kid);
      if (key !== undefined && !used.has(`${participant} ${kid}`)) {
        used.add(`${participant} ${kid}`);
        scope.postMessage({ type: 'key-used', participant, ...key, atMs: Date.now() });
      }
      controller.enqueue(frame);
    },
  });
  after.readable.pipeTo(transformer.writable).catch(() => undefined); // the receiver is gone
  return { options: transformer.options, readable: transformer.readable.pipeThrough(before), writable: after.writable };
}
