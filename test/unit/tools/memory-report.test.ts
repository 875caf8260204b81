import { expect, test } from 'vitest';
import { memoryReport, memoryVerdict } from '../../../src/tools/call/memory/memory-report.ts';
import type { MemoryLook } from '../../../src/tools/call/memory/memory-watch.ts';

const megabyte = 1e6;

/** Looks at a call of two, every 5 s for `seconds`, in which all stays as it is but what `at` says. */
function looks(seconds: number, at: (second: number) => Partial<MemoryLook>): MemoryLook[] {
  return Array.from({ length: seconds / 5 + 1 }, (_, index) => ({
    atMs: index * 5_000,
    pages: [9 * megabyte, 9 * megabyte],
    router: 60 * megabyte,
    media: 5 * megabyte,
    ...at(index * 5),
  }));
}

/** What is said to have grown. */
function faults(seconds: number, at: (second: number) => Partial<MemoryLook>): readonly string[] | undefined {
  const report = memoryReport(looks(seconds, at), seconds);
  return report === null ? undefined : memoryVerdict(report).faults;
}

test('memory that stays, or grows only while a call begins, is no growth', () => {
  expect(faults(300, () => ({}))).toEqual([]);
  expect(faults(300, (second) => ({ router: Math.min(60, 20 + second) * megabyte }))).toEqual([]);
});

test('a page, a router and a media process that grow are named', () => {
  const leak = (second: number, bytesPerSecond: number): number => second * bytesPerSecond;
  expect(faults(300, (second) => ({ pages: [9 * megabyte, 9 * megabyte + leak(second, 50_000)] }))).toEqual([
    'the page of 2 grew from 14.0 to 22.0 MB',
  ]);
  expect(faults(300, (second) => ({ router: 60 * megabyte + leak(second, 200_000) }))).toHaveLength(1);
  expect(faults(300, (second) => ({ media: 5 * megabyte + leak(second, 50_000) }))).toHaveLength(1);
});

test('one large look among others is no growth, and who was not there all the time is compared where they were', () => {
  expect(faults(300, (second) => (second === 295 ? { router: 500 * megabyte } : {}))).toEqual([]);
  expect(faults(300, (second) => (second > 100 ? { pages: [undefined, 9 * megabyte] } : {}))).toEqual([]);
});

test('a short call says nothing of memory, nor does a router of somebody else', () => {
  expect(faults(60, () => ({}))).toBeUndefined();
  const foreign = memoryReport(
    looks(300, () => ({ router: undefined, media: undefined })),
    300,
  );
  expect(foreign?.growth.map(({ of }) => of)).toEqual(['the page of 1', 'the page of 2']);
});
