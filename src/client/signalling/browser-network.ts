/** Network Information API, where a browser has it. */
interface WithConnection {
  readonly connection?: EventTarget;
}

/** Calls `changed` when the browser says that the device is on another network, or on one again. The answer, called, stops it. */
export function browserNetwork(changed: () => void): () => void {
  const { connection } = navigator as WithConnection;
  addEventListener('online', changed);
  connection?.addEventListener('change', changed);
  return () => {
    removeEventListener('online', changed);
    connection?.removeEventListener('change', changed);
  };
}
