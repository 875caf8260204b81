import type { PeekedCall } from '../../client/index.ts';

/** Who is in a call that one has not joined, in a sentence. `now` decides whether the day has to be named. */
export function insideWords(seen: PeekedCall, now: Date): string {
  if (!seen.running) return 'Nobody is in the call yet.';
  const since = sinceWords(seen.startedAt, now);
  const people = seen.people === undefined ? undefined : peopleWords(seen.people);
  if (seen.full)
    return people === undefined ? 'The call is full.' : `The call is full. ${people} in it, since ${since}.`;
  return people === undefined ? `The call is running, since ${since}.` : `${people} in the call, since ${since}.`;
}

function peopleWords(people: number): string {
  return people === 1 ? '1 person is' : `${people} people are`;
}

/** The time of day, and the day if it is not today. */
export function sinceWords(moment: Date, now: Date): string {
  const time = moment.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
  if (moment.toDateString() === now.toDateString()) return time;
  return `${moment.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long' })}, ${time}`;
}
