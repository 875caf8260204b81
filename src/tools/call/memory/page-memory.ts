import type { CDPSession } from 'puppeteer-core';
import type { ParticipantTab } from '../tab.ts';

/**
 * What a page and its workers hold after a garbage collection, in bytes: of JavaScript, of the browser's own objects (elements,
 * streams, connections) and of buffers.
 */
export async function pageBytes({ page }: ParticipantTab): Promise<number> {
  const own = await page.createCDPSession();
  try {
    const sessions = [own, ...page.workers().map(({ client }) => client)];
    const bytes = await Promise.all(sessions.map(heldBy));
    return bytes.reduce((sum, held) => sum + held, 0);
  } finally {
    await own.detach();
  }
}

async function heldBy(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, embedderHeapUsedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  return usedSize + embedderHeapUsedSize + backingStorageSize;
}
