import { describe, expect, test } from 'vitest';
import type { Inventory } from '../../../src/client/index.ts';
import { insideWords } from '../../../src/page/words/inside.ts';
import { inventoryWords } from '../../../src/page/words/inventory.ts';
import { sampleInventory } from '../../support/page-inventory.ts';

/** Local time, as is what the page shows. */
const now = new Date(2026, 10, 23, 15, 0);
const startedAt = new Date(2026, 10, 23, 14, 5);
const time = startedAt.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
const running = { running: true, startedAt, full: false, people: 3 } as const;

describe('who is in the call, before joining', () => {
  test('nobody', () => {
    expect(insideWords({ running: false }, now)).toBe('Nobody is in the call yet.');
  });

  test('so many people, since a time', () => {
    expect(insideWords(running, now)).toBe(`3 people are in the call, since ${time}.`);
    expect(insideWords({ ...running, people: 1 }, now)).toBe(`1 person is in the call, since ${time}.`);
  });

  test('a call whose people say nothing is running', () => {
    expect(insideWords({ ...running, people: undefined }, now)).toBe(`The call is running, since ${time}.`);
  });

  test('full, with or without a number', () => {
    expect(insideWords({ ...running, full: true }, now)).toBe(`The call is full. 3 people are in it, since ${time}.`);
    expect(insideWords({ ...running, full: true, people: undefined }, now)).toBe('The call is full.');
  });

  test('the day is named when it is not today', () => {
    const tomorrow = new Date(2026, 10, 24, 0, 30);
    expect(insideWords(running, tomorrow)).toMatch(/^3 people are in the call, since .*23.*\.$/u);
  });
});

describe('what the router holds', () => {
  const words = (changes: Partial<Inventory> = {}): string =>
    inventoryWords({ ...sampleInventory, ...changes }, now)
      .map(({ title, lines }) => [title, ...lines].join('\n'))
      .join('\n');

  test('counts the sizes of a video, whether in streams of their own or in one', () => {
    const [camera] = sampleInventory.sources;
    if (camera === undefined) expect.unreachable();
    for (const [encodings, sizes] of [
      [[{ scalabilityMode: 'L3T3_KEY' }], 'stream in 3 sizes,'],
      [[{ scalabilityMode: 'L1T3' }, { scalabilityMode: 'L1T3' }], 'stream in 2 sizes,'],
      [[{}], 'stream, sent'],
    ] as const) {
      const rtpParameters = { ...camera.rtpParameters, encodings: [...encodings] };
      expect(words({ sources: [{ ...camera, rtpParameters }] })).toContain(sizes);
    }
  });

  test('names every address, number and key that it told', () => {
    const told = words();
    for (const value of [
      'For messages: address 203.0.113.7, port 51234.',
      'For the sound and video that you send: address 203.0.113.7, port 40001, UDP.',
      'For the sound and video that you receive: no path yet.',
      sampleInventory.participantId,
      sampleInventory.call.callId,
      `It runs since ${time}, with 3 people.`,
      'Camera: one encrypted stream in 2 sizes, sent on to 2 people, who want size 2 at most.',
      '2 encrypted streams of 1 person',
      'AB:AB',
      'The hash of a ticket',
      'Sound and video: 1.3 MB from you, 46 kB to you.',
      'It thinks that your connection can take 2.5 Mbit/s of video.',
      'You may send 12 encrypted messages to the others at once, and change what you receive 11 times.',
    ])
      expect(told).toContain(value);
  });

  test('says of nothing that it is nothing', () => {
    const told = words({
      sources: [],
      subscriptions: [],
      transports: [],
      socket: { ...sampleInventory.socket, address: null },
    });
    expect(told).toContain('Your connection for messages has just ended.');
    expect(told).toContain('What you send\nNothing.');
    expect(told).toContain('No sound and no video.');
    expect(told).not.toContain('fingerprint');
  });

  test('tells messages that wait, and the counting of an address', () => {
    const told = words({
      relays: { waiting: 2, bytes: 300, allowance: 0 },
      socket: { ...sampleInventory.socket, handshakesCounted: true },
    });
    expect(told).toContain('2 encrypted messages wait for you, 300 bytes.');
    expect(told).toContain('It counts connections from this address at the moment');
  });
});
