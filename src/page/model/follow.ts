import { signal, type ReadonlySignal } from '@preact/signals';
import type { Readable } from '../../client/index.ts';

/** A signal that follows `readable` until `until` is aborted. */
export function follow<T>(readable: Readable<T>, until: AbortSignal): ReadonlySignal<T> {
  const followed = signal(readable.get());
  const stop = readable.subscribe((value) => {
    followed.value = value;
  });
  until.addEventListener('abort', stop, { once: true });
  return followed;
}
