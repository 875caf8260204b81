import { MediasoupCallMedia } from '../../src/server/media/call-media.ts';
import type { MediaPool } from '../../src/server/media/types.ts';

/** Remembers the media of each call, so that a test can look into its process. */
export class WatchedMedia {
  readonly calls: MediasoupCallMedia[] = [];

  /** For `startRouter`'s `wrapMedia`. */
  readonly wrap = (pool: MediaPool): MediaPool => ({
    take: async () => {
      const media = await pool.take();
      if (media instanceof MediasoupCallMedia) this.calls.push(media);
      return media;
    },
    close: async () => pool.close(),
  });

  /** The latest call's engine. */
  get engine(): MediasoupCallMedia['engine'] {
    const media = this.calls.at(-1);
    if (media === undefined) throw new Error('no call has started');
    return media.engine;
  }
}

/** Whether there is a process of that id. */
export function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Resolves with how long it took, in ms, until there is no process of that id. */
export async function gone(pid: number): Promise<number> {
  const from = performance.now();
  while (runs(pid)) await new Promise((resolve) => setImmediate(resolve));
  return performance.now() - from;
}
