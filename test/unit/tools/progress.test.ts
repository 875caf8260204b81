import { expect, test } from 'vitest';
import { Progress } from '../../../src/tools/call/progress.ts';

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

test('where lines stay, it says every ten seconds how far it is', () => {
  const shown = screen(false);
  const progress = new Progress(shown);
  for (let at = 0.5; at <= 25; at += 0.5) progress.passed(at, 25);
  progress.end();
  expect(shown.written.filter(Boolean)).toEqual(['10 of 25 s\n', '20 of 25 s\n']);
});

test('on a terminal a bar grows at the bottom, below what else is said, and goes at the end', () => {
  const shown = screen(true);
  const progress = new Progress(shown);
  progress.passed(1, 2);
  progress.say('3 s: participant 1: leave');
  progress.end();
  const bar = `${'█'.repeat(15)}${'░'.repeat(15)} 1 of 2 s`;
  expect(shown.written).toEqual([bar, `\r\u001b[2K3 s: participant 1: leave\n${bar}`, '\r\u001b[2K']);
});
