import { decodeHeader } from '../../client/encryption/frames/header.ts';
import { fromKid } from '../../client/encryption/keys/derive.ts';
import type { Opened } from '../../client/encryption/keys/received-keys.ts';
import { ParticipantId } from '../../shared/identity/participant-id.ts';
import { fromBase64Url } from '../../shared/support/bytes.ts';
import type { NodeMedia } from './node-media.ts';
import type { NodeParticipant } from './node-participant.ts';

/**
 * Has `listener` receive the microphone of another participant, whose id this is (base64url). `take` gets each sealed frame when
 * it has been tried with the keys that `listener` holds, with what came of it and when the frame came, in ms of `performance.now`.
 */
export async function hearSealed(
  { client, group }: NodeParticipant,
  media: NodeMedia,
  id: string,
  take: (frame: Uint8Array, opened: Opened, cameMs: number) => void,
): Promise<void> {
  const path = await media.connect('receive');
  const participantId = ParticipantId.from(fromBase64Url(id) ?? new Uint8Array());
  if (participantId === undefined) throw new Error('no participant id');
  const of = { participantId, source: 'microphone' } as const;
  const wanted = { height: 90, framesPerSecond: 30 } as const;
  const { consumer } = await client.request('subscription.set', { ...of, wanted, priority: 255 });
  const ssrc = consumer?.rtpParameters.encodings?.[0]?.ssrc;
  const open = async (frame: Uint8Array, cameMs: number): Promise<void> => {
    const opened = await group.receiving(id)?.open('microphone', 'opus', frame, cameMs);
    if (opened !== undefined) take(frame, opened, cameMs);
  };
  path.onRtp.subscribe(({ header, payload }) => {
    if (header.ssrc === ssrc) void open(payload, performance.now());
  });
  await client.request('consumer.resume', of);
}

/** The chain and the step that a frame of sound says it was sealed under (ENCRYPTION "Frame"). */
export function keyNamedBy(frame: Uint8Array): { chain: number; step: number } | undefined {
  const header = decodeHeader(frame);
  return header && fromKid(header.kid);
}
