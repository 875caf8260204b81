import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const message = z.array(z.object({ message: z.string(), box: z.string() }));

const channelSchema = z.object({
  router: z.object({ publicKey: z.string() }),
  client: z.object({ ephemeralSecretKey: z.string(), ephemeralPublicKey: z.string(), cookie: z.string() }),
  clientHello: z.string(),
  routerHello: z.string(),
  fromClient: message,
  fromRouter: message,
  refusedPublicKeys: z.array(z.object({ publicKey: z.string() })),
});
const framesSchema = z.object({
  frames: z.array(
    z.object({
      mediaKey: z.string(),
      callBinding: z.string(),
      source: z.enum(['microphone', 'camera', 'screen', 'screen-audio']),
      codec: z.enum(['opus', 'vp8', 'vp9', 'av1']),
      chain: z.int(),
      step: z.int(),
      counter: z.int(),
      frame: z.string(),
      sealed: z.string(),
      opened: z.string().optional(),
    }),
  ),
});
const callKeySchema = z.object({ callKey: z.string(), callId: z.string() });
const groupSchema = z.object({ refusedPublicKeys: z.array(z.object({ key: z.string() })) });

/** Vectors of test/vectors, in hex, as they cross over to a browser. */
export interface BrowserVectors {
  readonly channel: z.output<typeof channelSchema>;
  readonly frames: z.output<typeof framesSchema>['frames'];
  readonly callKey: string;
  readonly callId: string;
  readonly refusedPublicKeys: readonly string[];
}

async function load<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8');
  return schema.parse(JSON.parse(text));
}

export async function browserVectors(): Promise<BrowserVectors> {
  const channel = await load('sealed-channel', channelSchema);
  const { frames } = await load('frames', framesSchema);
  const { callKey, callId } = await load('call-key', callKeySchema);
  const group = await load('group', groupSchema);
  const keys = [
    ...channel.refusedPublicKeys.map(({ publicKey }) => publicKey),
    ...group.refusedPublicKeys.map(({ key }) => key),
  ];
  return { channel, frames, callKey, callId, refusedPublicKeys: [...new Set(keys)] };
}
