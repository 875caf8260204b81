const { subtle } = globalThis.crypto;

let underWay = 0;

/** Whether WebCrypto works on something at the moment, which it does outside of this program's turns. */
export function cryptoIsUnderWay(): boolean {
  return underWay > 0;
}

for (const name of ['generateKey', 'exportKey', 'importKey', 'deriveBits', 'sign'] as const) {
  const work = subtle[name].bind(subtle) as (...args: unknown[]) => Promise<unknown>;
  const counted = async (...args: unknown[]): Promise<unknown> => {
    underWay += 1;
    try {
      return await work(...args);
    } finally {
      underWay -= 1;
    }
  };
  Object.defineProperty(subtle, name, { value: counted, configurable: true });
}
