import type { Page } from 'puppeteer-core';

/**
 * Page script: every worker that the page makes tells of each AES-GCM encryption, as `SHA-256 of the key : nonce`, on a
 * BroadcastChannel. What a `CipherWatch` listens to.
 */
export function recordWorkers(): void {
  const record = (): void => {
    const channel = new BroadcastChannel('cipher');
    const { subtle } = crypto;
    const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const names = new WeakMap<CryptoKey, string>();
    const importKey = subtle.importKey.bind(subtle) as (...input: unknown[]) => Promise<CryptoKey>;
    const encrypt = subtle.encrypt.bind(subtle);
    const patch = (name: 'importKey' | 'encrypt', value: unknown): void => {
      Object.defineProperty(subtle, name, { value });
    };
    patch('importKey', async (...input: unknown[]) => {
      const material = input[0] === 'raw' ? new Uint8Array(input[1] as Uint8Array<ArrayBuffer>).slice() : undefined;
      const key = await importKey(...input);
      if (material !== undefined) names.set(key, hex(new Uint8Array(await subtle.digest('SHA-256', material))));
      return key;
    });
    patch('encrypt', async (parameters: AesGcmParams, key: CryptoKey, data: BufferSource) => {
      const iv = new Uint8Array(parameters.iv as Uint8Array<ArrayBuffer>);
      channel.postMessage(`${names.get(key) ?? 'unnamed'}:${hex(iv)}`);
      return encrypt(parameters, key, data);
    });
  };
  const blob = (text: string): string => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const Original = Worker;
  const workers: Worker[] = [];
  class Recorded extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      const [recorder, own] = [blob(`(${record.toString()})();`), new URL(url, location.href).href];
      super(blob(`import '${recorder}';\nimport '${own}';`), options);
      workers.push(this);
    }
  }
  Object.assign(globalThis, { Worker: Recorded, workers });
}

/** Ends the newest worker of a page as a crash would. Needs `recordWorkers`. */
export async function killWorker(page: Page): Promise<void> {
  await page.evaluate(() => {
    const worker = (globalThis as unknown as { workers: Worker[] }).workers.at(-1);
    worker?.terminate();
    worker?.dispatchEvent(new Event('error'));
  });
}

/** Hears of every encryption of all pages of one origin in one browser. */
export class CipherWatch {
  /** Encryptions by key. */
  readonly byKey = new Map<string, number>();
  repeats = 0;
  readonly #seen = new Set<string>();

  /** Listens in `page`, which stays open and has any page of the origin loaded. */
  static async start(page: Page): Promise<CipherWatch> {
    const watch = new CipherWatch();
    await page.exposeFunction('encrypted', (pair: string) => {
      watch.#take(pair);
    });
    await page.evaluate(() => {
      const page = globalThis as unknown as { encrypted(pair: string): void };
      new BroadcastChannel('cipher').onmessage = ({ data }) => {
        page.encrypted(String(data));
      };
    });
    return watch;
  }

  /** How many frames were encrypted. */
  get encryptions(): number {
    return this.#seen.size;
  }

  #take(pair: string): void {
    if (this.#seen.has(pair)) this.repeats += 1;
    this.#seen.add(pair);
    const [key = ''] = pair.split(':');
    this.byKey.set(key, (this.byKey.get(key) ?? 0) + 1);
  }
}
