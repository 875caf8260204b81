import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Participant } from '../../../src/client/index.ts';
import { scene } from '../../../src/page/layout/scene.ts';
import { Scenery } from '../../../src/page/model/scenery.ts';
import { person, video } from '../../support/page-people.ts';

const people = ['a', 'b', 'c', 'd'].map((id) => person(id, id));
const [ana, ben, chidi] = people as [Participant, Participant, Participant];
const sharing = (one: Participant): Participant => ({ ...one, screen: video('on') });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function started(present: readonly Participant[]) {
  const participants = signal(present);
  const heard = signal<readonly string[]>([]);
  const ended = new AbortController();
  const scenery = new Scenery(participants, heard, ended.signal);
  const seats = () => scenery.seats.value.map(({ id }) => id).join('');
  return { participants, heard, ended, scenery, seats };
}

/** Lets the page show the grid of the first `count` people. */
function showing(scenery: Scenery, count = Infinity): void {
  const shown = scene({
    area: { width: 1000, height: 700 },
    seats: scenery.seats.value.slice(0, count),
    screens: [],
    ownShare: false,
    speakers: [],
    pinned: undefined,
    chosen: undefined,
    view: 'grid',
    page: 0,
  });
  scenery.showing(shown);
}

test('nobody moves within a second of a click; then everything does at once', () => {
  const { participants, scenery, seats } = started([ana, ben]);
  scenery.touched();
  participants.value = [ben, chidi];
  participants.value = [ben, sharing(chidi)];
  vi.advanceTimersByTime(900);
  expect([seats(), scenery.screens.value]).toEqual(['ab', []]);
  vi.advanceTimersByTime(150);
  expect([seats(), scenery.screens.value]).toEqual(['bc', ['c']]);
});

test('a second click makes everything wait anew', () => {
  const { participants, scenery, seats } = started([ana, ben]);
  scenery.touched();
  participants.value = [ben];
  vi.advanceTimersByTime(900);
  scenery.touched();
  vi.advanceTimersByTime(900);
  expect(seats()).toBe('ab');
  vi.advanceTimersByTime(150);
  expect(seats()).toBe('b');
});

test('what one does oneself happens at once', () => {
  const { scenery } = started([ana, ben]);
  scenery.touched();
  scenery.pin('b');
  expect([scenery.pinned.value, scenery.chosen.value]).toEqual(['b', { of: 'person', id: 'b' }]);
  scenery.pin('b');
  expect([scenery.pinned.value, scenery.chosen.value]).toEqual([undefined, undefined]);
});

test('the newest screen comes first, and takes the stage from what was chosen', () => {
  const { participants, scenery } = started([sharing(ana), ben]);
  scenery.pin('b');
  participants.value = [sharing(ana), sharing(ben)];
  expect(scenery.screens.value).toEqual(['b', 'a']);
  expect(scenery.chosen.value).toBeUndefined();
  scenery.choose({ of: 'screen', id: 'a' });
  participants.value = [ana, sharing(ben)];
  expect(scenery.screens.value).toEqual(['b']);
  expect(scenery.chosen.value).toBeUndefined();
});

test('a screen that stops elsewhere leaves what was chosen where it is', () => {
  const { participants, scenery } = started([sharing(ana), sharing(ben)]);
  scenery.choose({ of: 'screen', id: 'a' });
  participants.value = [sharing(ana), ben];
  expect(scenery.chosen.value).toEqual({ of: 'screen', id: 'a' });
});

test('a speaker out of view takes the place of the quietest, once in 3 s', () => {
  const { participants, heard, scenery, seats } = started(people);
  showing(scenery, 2);
  heard.value = ['c'];
  expect(seats()).toBe('abcd'); // first, and silent: nobody has said anything yet
  participants.value = people.map((one) => ({ ...one, speaking: one.id === 'c' || one.id === 'd' }));
  expect(seats()).toBe('acbd');
  heard.value = ['d', 'c'];
  showing(scenery, 2);
  vi.advanceTimersByTime(2_900);
  expect(seats()).toBe('acbd');
  vi.advanceTimersByTime(200);
  expect(seats()).toBe('dcba');
});

test('of those who share one tile, a speaker moves nobody', () => {
  const crowd = Array.from({ length: 30 }, (_, index) => ({
    ...person(`p${index}`, 'Somebody'),
    camera: video(index < 20 ? 'on' : 'off'),
    speaking: index === 25,
  }));
  const { heard, scenery, seats } = started(crowd);
  const before = seats();
  showing(scenery);
  heard.value = ['p25'];
  expect(scenery.speakers.value).toEqual(['p25']);
  expect(seats()).toBe(before);
});

test('G goes from everybody to who speaks and back, and does nothing while a screen has the stage', () => {
  const { scenery } = started(people);
  scenery.toggleView();
  expect(scenery.view.value).toBe('speaker');
  scenery.shown.value = 'speaker';
  scenery.toggleView();
  expect(scenery.view.value).toBe('grid');
  scenery.shown.value = 'stage';
  scenery.toggleView();
  expect(scenery.view.value).toBe('grid');
});

test('nothing is followed after the end', () => {
  const { participants, scenery, ended, seats } = started([ana]);
  scenery.touched();
  participants.value = [ana, ben];
  ended.abort();
  vi.advanceTimersByTime(5_000);
  participants.value = [];
  expect(seats()).toBe('a');
});
