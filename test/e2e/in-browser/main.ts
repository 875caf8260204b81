import { CallSigner } from '../../../src/client/encryption/call-key/call-signature.ts';
import { NativeKeyPair } from '../../../src/client/encryption/call-key/native-key-pair.ts';
import { FrameKey } from '../../../src/client/encryption/frames/frame-key.ts';
import { frameRules } from '../../../src/client/encryption/frames/frame-rules.ts';
import { openFrame, parseFrame, sealFrame } from '../../../src/client/encryption/frames/frame.ts';
import { frameBaseKey, kidOf } from '../../../src/client/encryption/keys/derive.ts';
import { KeyPair } from '../../../src/shared/sealing/key-pair.ts';
import { CodedError } from '../../../src/shared/protocol/errors.ts';
import { ClientHandshake } from '../../../src/shared/sealing/client-handshake.ts';
import { fromUtf8, toHex, toUtf8, type Bytes } from '../../../src/shared/support/bytes.ts';
import type { BrowserVectors } from './vectors.ts';

// The vectors once more, in a browser: its own WebCrypto, and tweetnacl in its own engine.

function hex(text: string): Bytes {
  return Uint8Array.fromHex(text);
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return error instanceof CodedError ? String(error.code) : 'an uncoded error';
  }
}

/** What the code made of each vector, by name. */
async function run(vectors: BrowserVectors): Promise<Record<string, unknown>> {
  const { channel, frames, callKey, refusedPublicKeys } = vectors;
  const made: Record<string, unknown> = { callId: toHex((await CallSigner.of(hex(callKey))).callId.bytes) };
  const client = (routerKey: Bytes): ClientHandshake =>
    new ClientHandshake({
      routerKeys: [routerKey],
      pair: new KeyPair(hex(channel.client.ephemeralSecretKey)),
      cookie: hex(channel.client.cookie),
    });
  const handshake = client(hex(channel.router.publicKey));
  made['clientHello'] = toHex(handshake.hello);
  const sealed = handshake.open(hex(channel.routerHello)).channel;
  made['sealed'] = channel.fromClient.map(({ message }) => toHex(sealed.seal(toUtf8(message))));
  made['opened'] = channel.fromRouter.map(({ box }) => fromUtf8(sealed.open(hex(box))));
  made['frames'] = [];
  for (const { mediaKey, callBinding, source, codec, chain, step, counter, frame } of frames) {
    const kid = BigInt(kidOf(chain, step));
    const key = await FrameKey.derive(frameBaseKey(hex(mediaKey), hex(callBinding), source), kid);
    const plain = frameRules[codec].split(hex(frame));
    if (plain === undefined) throw new Error('no frame');
    const bytes = await sealFrame(key, { kid, counter: BigInt(counter) }, plain);
    const parsed = parseFrame(codec, bytes);
    const opened = parsed && (await openFrame(key, parsed));
    (made['frames'] as unknown[]).push([toHex(bytes), opened && toHex(opened)]);
  }
  const pair = new KeyPair(crypto.getRandomValues(new Uint8Array(32)));
  made['refused'] = refusedPublicKeys.map((key) => [
    codeOf(() => pair.agreeWith(hex(key))),
    codeOf(() => client(hex(key)).open(hex(channel.routerHello))),
  ]);
  const native = await NativeKeyPair.create();
  made['refusedNatively'] = await Promise.all(
    refusedPublicKeys.map(async (key) => {
      await native.prepare(hex(key));
      return codeOf(() => native.agreeWith(hex(key)));
    }),
  );
  await Promise.all([native.prepare(pair.publicKey), native.prepare(native.publicKey)]);
  made['native'] = [
    toHex(native.agreeWith(pair.publicKey)) === toHex(pair.agreeWith(native.publicKey)),
    codeOf(() => native.agreeWith(pair.publicKey)), // once for each time that it was prepared
    codeOf(() => native.agreeWith(native.publicKey)),
  ];
  made['own'] = [
    codeOf(() => pair.agreeWith(pair.publicKey)),
    codeOf(() => client(hex(channel.client.ephemeralPublicKey)).open(hex(channel.routerHello))),
  ];
  return made;
}

Object.assign(globalThis, { runVectors: run });
