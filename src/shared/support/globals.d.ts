/** The few globals that Node, browsers and workers all have; this zone has the types of none of them. */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: true; ignoreBOM: true });
  decode(bytes: Uint8Array): string;
}
declare class URL {
  static parse(text: string): URL | null;
  readonly origin: string;
  readonly protocol: string;
  readonly hostname: string;
}
