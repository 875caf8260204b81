import { describe, expect, test } from 'vitest';
import { endings, examine, type Ending } from '../forget/examination.ts';
import { reportOn, type Run } from '../forget/report.ts';

/** Holding a call, its end (a vanished one is noticed after 20 s), and the 5 s after which nothing may be left, in ms. */
const timeout = 90_000;

async function run(ending: Ending, { forgetting = true, encrypted = false } = {}): Promise<Run> {
  const say = (): void => undefined;
  return { ending, ...(await examine({ ending, participants: 4, forgetting, encrypted, earlierCalls: 0, say })) };
}

describe('5 s after its end, the memory of the router holds nothing of a call', { timeout }, () => {
  let control: Run | undefined;

  test('but holds much of it when it is told not to forget', async () => {
    control = await run('leave', { forgetting: false });
    const { byKind, hitsAfter } = control;
    expect(hitsAfter).toBeGreaterThan(100);
    for (const kind of [
      'address text',
      'call id',
      'participant id',
      'rejoin ticket',
      'ICE password',
      'channel key',
    ] as const)
      expect(byKind[kind].after, kind).toBeGreaterThan(0);
  });

  test.each([
    ...endings.map((ending) => ({ ending, encrypted: false })),
    { ending: 'leave' as const, encrypted: true },
  ])('which ended so: $ending, over TLS: $encrypted', async ({ ending, encrypted }) => {
    if (control === undefined) throw new Error('the control did not run');
    const { problems, hitsAfter } = reportOn([await run(ending, { encrypted })], control, 0);
    expect(problems).toEqual([]);
    expect(hitsAfter).toBe(0);
  });
});
