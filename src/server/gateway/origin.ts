/** What a request says of where it comes from. */
export interface Asking {
  /** The Origin header (RFC 6454); undefined when no browser asks. */
  readonly origin: string | undefined;
  /** The Host header. */
  readonly host: string | undefined;
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a page of that origin may use this router: those in the settings, this machine's own, the router's own, and
 * programs that are no browsers. The Host header counts as the router's own name only over TLS, where somebody has
 * checked it against a certificate; over plain HTTP anybody's name can be pointed at 127.0.0.1.
 */
export function mayConnect({ origin, host }: Asking, allowed: readonly string[], encrypted: boolean): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  const url = URL.parse(origin);
  if (url === null) return false;
  if (loopbackNames.has(url.hostname)) return true;
  return encrypted && host !== undefined && origin === URL.parse(`https://${host}`)?.origin;
}
