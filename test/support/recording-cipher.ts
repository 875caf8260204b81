/**
 * Watches every AES-GCM encryption of this process (or worker, or page) and refuses a (key, nonce) pair that has come before,
 * whoever made the key: with such a pair both plaintexts and the key for forging tags are lost.
 */
export interface RecordingCipher extends Disposable {
  /** Encryptions so far. */
  readonly encryptions: number;
  /** Pairs that came again. The encryption also rejects, but what fails closed swallows that. */
  readonly repeats: number;
}

let running: RecordingCipher | undefined;

/** Begins to watch, or answers the watch that goes on already. Keys imported before it began are told apart by identity. */
export function recordCipher(): RecordingCipher {
  if (running !== undefined) return running;
  const { subtle } = crypto;
  const importKey = subtle.importKey.bind(subtle) as (...input: unknown[]) => Promise<CryptoKey>;
  const encrypt = subtle.encrypt.bind(subtle) as (...input: unknown[]) => Promise<ArrayBuffer>;
  const names = new WeakMap<CryptoKey, string>();
  const seen = new Set<string>();
  let unnamed = 0;
  let encryptions = 0;
  let repeats = 0;

  const nameOf = (key: CryptoKey): string => {
    const name = names.get(key) ?? `unnamed ${(unnamed += 1)}`;
    names.set(key, name);
    return name;
  };
  const patch = (name: 'importKey' | 'encrypt', value: unknown): void => {
    Object.defineProperty(subtle, name, { value, configurable: true, writable: true });
  };
  patch('importKey', async (...input: unknown[]) => {
    const [format, material] = input;
    const name = format === 'raw' && isBytes(material) ? hex(material) : undefined;
    const key = await importKey(...input);
    if (name !== undefined) names.set(key, name);
    return key;
  });
  patch('encrypt', async (...input: unknown[]) => {
    const [parameters, key] = input as [AesGcmParams, CryptoKey];
    if (key.algorithm.name === 'AES-GCM') {
      encryptions += 1;
      const pair = `${nameOf(key)} ${hex(parameters.iv)}`;
      if (seen.has(pair)) {
        repeats += 1;
        throw new Error('a (key, nonce) pair came twice');
      }
      seen.add(pair);
    }
    return encrypt(...input);
  });

  running = {
    get encryptions() {
      return encryptions;
    },
    get repeats() {
      return repeats;
    },
    [Symbol.dispose]() {
      Reflect.deleteProperty(subtle, 'importKey');
      Reflect.deleteProperty(subtle, 'encrypt');
      running = undefined;
    },
  };
  return running;
}

function isBytes(value: unknown): value is BufferSource {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

function hex(source: BufferSource): string {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
