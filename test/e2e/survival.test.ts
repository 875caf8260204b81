import { describe, expect, test } from 'vitest';
import { SurvivalStage, type Measured } from '../support/survival-stage.ts';

/** Everybody is who they were, nobody is there twice, and everything can be decrypted again 1 s after it came again. */
function expectTheSame(stage: SurvivalStage, { codes, people, picture, undecryptableMs }: Measured): void {
  expect([...codes]).toEqual([stage.code]);
  expect(people).toEqual(stage.tabs.map(() => stage.tabs.length - 1));
  expect(undecryptableMs ?? 0).toBeLessThan(Math.max(...picture) + 1_000);
}

describe('a call', () => {
  test('whose sockets are all cut for a second, whose media process dies, and whose router dies and starts again goes on by itself', async () => {
    await using stage = await SurvivalStage.open(3);
    const cut = await stage.measure(() => stage.cutSockets(1_000));
    expectTheSame(stage, cut);
    expect(Math.max(...cut.sound, ...cut.picture)).toBeLessThan(1_000); // no gap: two busy cores
    const media = await stage.measure(() => stage.killMedia());
    expectTheSame(stage, media);
    expect(Math.max(...media.sound)).toBeLessThan(2_500);
    expect(Math.max(...media.picture)).toBeLessThan(4_000); // two busy cores
    let downMs = 0;
    const router = await stage.measure(async () => {
      const fromMs = performance.now();
      await stage.restartRouter(500);
      downMs = performance.now() - fromMs;
    });
    expectTheSame(stage, router);
    expect(Math.max(...router.sound)).toBeLessThan(downMs + 2_500);
    expect(Math.max(...router.picture)).toBeLessThan(downMs + 4_500);
    for (const tab of stage.tabs) expect(await tab.do('phase')).toMatchObject({ phase: 'connected', media: 'flowing' });
  });

  test('whose participants have another address from one moment to the next goes on by itself', async () => {
    await using stage = await SurvivalStage.open(2, true);
    const moved = await stage.measure(() => stage.changeAddress());
    expectTheSame(stage, moved);
    expect(Math.max(...moved.sound)).toBeGreaterThan(500); // or nothing was shown
    expect(Math.max(...moved.sound)).toBeLessThan(6_000); // browsers would take 5 s to notice
  });
});
