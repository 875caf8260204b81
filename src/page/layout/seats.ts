import type { Seat } from './pages.ts';

/**
 * The seats after people came, left, or turned their camera on or off: whoever has a picture before whoever has none.
 * Nobody else moves.
 */
export function reseat(seats: readonly Seat[], people: readonly Seat[]): readonly Seat[] {
  const now = new Map(people.map((person) => [person.id, person]));
  const kept = seats.filter(({ id, hasPicture }) => now.get(id)?.hasPicture === hasPicture);
  const keptIds = new Set(kept.map(({ id }) => id));
  const moved = people.filter(({ id }) => !keptIds.has(id));
  const end = kept.findLastIndex(({ hasPicture }) => hasPicture) + 1;
  return [
    ...kept.slice(0, end),
    ...moved.filter(({ hasPicture }) => hasPicture),
    ...kept.slice(end),
    ...moved.filter(({ hasPicture }) => !hasPicture),
  ];
}

/**
 * The seats after the one who speaks has taken the place of the one on this page who was heard least recently. The same
 * seats when the speaker is there already. `heard`: ids, most recent first.
 */
export function bringIn(seats: readonly Seat[], page: readonly string[], heard: readonly string[]): readonly Seat[] {
  const [speaker] = heard;
  const from = seats.findIndex(({ id }) => id === speaker);
  if (speaker === undefined || from < 0 || page.length === 0 || page.includes(speaker)) return seats;
  const silence = (id: string): number => (heard.includes(id) ? heard.indexOf(id) : Infinity);
  const quietest = page.reduce((a, b) => (silence(b) >= silence(a) ? b : a));
  const to = seats.findIndex(({ id }) => id === quietest);
  return seats.map((seat, index) => (index === from ? seats[to] : index === to ? seats[from] : seat) ?? seat);
}
