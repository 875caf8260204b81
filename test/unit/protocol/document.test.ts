import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { seatAfter } from '../../../src/server/session/seat-after.ts';
import { closeCodes, requestErrors, type CloseReason } from '../../../src/shared/protocol/errors.ts';
import { notices } from '../../../src/shared/protocol/notices.ts';
import { requests } from '../../../src/shared/protocol/requests.ts';

const document = readFileSync(new URL('../../../src/shared/protocol/PROTOCOL.md', import.meta.url), 'utf8');

/** The text from one heading to the next. */
function section(number: number): string {
  return document.split(/^## /m).find((part) => part.startsWith(`${number} `)) ?? '';
}

/** The first cells of a section's table rows. */
function firstCells(number: number): string[] {
  return section(number)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | ')[0] ?? '');
}

describe('PROTOCOL.md', () => {
  test('lists every close code with its word, and no other', () => {
    const rows = [...section(6).matchAll(/^\| (\d{4}) \| `([a-z-]+)` \|/gm)].map(([, code, word]) => [
      word,
      Number(code),
    ]);
    expect(rows).toEqual(Object.entries(closeCodes));
  });

  test('says of every close code what becomes of the seat', () => {
    const rows = [...section(6).matchAll(/^\| \d{4} \| `([a-z-]+)` \| ([a-z ]+) \|/gm)].map(([, word, seat]) => [
      word,
      seat,
    ]);
    const seats = (Object.keys(closeCodes) as CloseReason[]).map((word) => [word, seatAfter(word)]);
    expect(rows).toEqual(seats);
  });

  test('lists every request, every refusal and every notice', () => {
    const inSeven = firstCells(7).join('\n');
    for (const name of [...Object.keys(requests), ...requestErrors]) expect(inSeven).toContain(`\`${name}\``);
    const inEight = firstCells(8).join('\n');
    for (const name of Object.keys(notices)) expect(inEight).toContain(`\`${name}\``);
  });

  test('names no request, refusal or notice that there is none of', () => {
    const known = new Set<string>([...Object.keys(requests), ...requestErrors, ...Object.keys(notices)]);
    const named = [...firstCells(7), ...firstCells(8)].flatMap((cell) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    expect(named.filter((name) => !known.has(name ?? ''))).toEqual([]);
  });
});
