import { describe, expect, test } from 'vitest';
import { hear, isSpeaking, leads, rank, type Speech } from '../../../../src/client/call/attention/speech.ts';

/** What is made of one level after the other, 250 ms apart. */
function listen(...levels: readonly number[]): { readonly speaks: boolean; readonly leads: boolean }[] {
  let speech: Speech | undefined;
  return levels.map((level, look) => {
    speech = hear(speech, level, look * 250);
    return { speaks: isSpeaking(speech), leads: leads(speech) };
  });
}

describe('somebody', () => {
  test('speaks from the second look at which they are loud', () => {
    expect(listen(0, 0.1, 0.1).map(({ speaks }) => speaks)).toEqual([false, false, true]);
  });

  test('does not speak for one noise, or for one below -40 dBFS', () => {
    expect(listen(0.5, 0, 0, 0, 0).some(({ speaks }) => speaks)).toBe(false);
    expect(listen(...Array<number>(20).fill(0.009)).some(({ speaks }) => speaks)).toBe(false);
  });

  test('goes on speaking through softer syllables and pauses below a second, and no longer', () => {
    const looks = listen(0.1, 0.1, 0.006, 0, 0, 0, 0.1, 0, 0, 0, 0, 0);
    expect(looks.map(({ speaks }) => speaks)).toEqual([false, ...Array<boolean>(9).fill(true), false, false]);
  });

  test('comes to the front after a second', () => {
    expect(listen(0.1, 0.1, 0.1, 0.1, 0.1).map((look) => look.leads)).toEqual([false, false, false, false, true]);
  });
});

describe('the order of speakers', () => {
  const among =
    (...speaking: string[]) =>
    (id: string) =>
      speaking.includes(id);

  test('is that of joining while nobody speaks', () => {
    expect(rank([], ['a', 'b', 'c'], among())).toEqual(['a', 'b', 'c']);
    expect(rank(['b', 'a'], ['a', 'b', 'c'], among())).toEqual(['b', 'a', 'c']);
  });

  test('has those who speak first; nobody overtakes a speaker who goes on; who spoke last comes next', () => {
    const first = rank(['a', 'b', 'c'], ['a', 'b', 'c'], among('c'));
    expect(first).toEqual(['c', 'a', 'b']);
    const both = rank(first, ['a', 'b', 'c'], among('b', 'c'));
    expect(both).toEqual(['c', 'b', 'a']);
    const other = rank(both, ['a', 'b', 'c'], among('b'));
    expect(other).toEqual(['b', 'c', 'a']);
    expect(rank(other, ['a', 'b', 'c'], among())).toBe(other);
  });

  test('leaves out who has left', () => {
    expect(rank(['c', 'a', 'b'], ['a', 'b'], among())).toEqual(['a', 'b']);
  });

  test('stays steady in a lively talk: in a minute, the first changes no oftener than who speaks', () => {
    let [a, b]: (Speech | undefined)[] = [];
    let order: readonly string[] = ['a', 'b'];
    let changes = 0;
    for (let look = 0; look < 240; look += 1) {
      const nowMs = look * 250;
      const turn = Math.floor(nowMs / 10_000) % 2; // 10 s each; the other one says "yes" every 2 s
      const yes = look % 8 === 0;
      a = hear(a, turn === 0 || yes ? 0.1 : 0, nowMs);
      b = hear(b, turn === 1 || yes ? 0.1 : 0, nowMs);
      const next = rank(order, ['a', 'b'], (id) => leads(id === 'a' ? a : b));
      if (next[0] !== order[0]) changes += 1;
      order = next;
    }
    expect(changes).toBe(5);
  });
});
