import { defineConfig } from 'vitest/config';

const setupFiles = ['test/support/watch-cipher.ts'];
const integration = { testTimeout: 30_000, hookTimeout: 30_000, setupFiles };
const e2e = { testTimeout: 120_000, hookTimeout: 60_000, setupFiles };

/** What measures how much a router or a line bears has the machine to itself. */
const alone = ['test/integration/{layers,load,overload}.test.ts'];
/** Pages, two at a time. All else of e2e is calls: each has several browsers, which are enough for two cores. */
const pages = ['test/e2e/{in-browser,page,page-screens,regions,tokens}.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 10_000, setupFiles } },
      {
        test: {
          ...integration,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: alone,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { ...integration, name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 2 } } },
      { test: { ...e2e, name: 'e2e', include: pages, maxWorkers: 2, sequence: { groupOrder: 3 } } },
      {
        test: {
          ...e2e,
          name: 'calls',
          include: ['test/e2e/**/*.test.ts'],
          exclude: pages,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
