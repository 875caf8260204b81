import { describe, expect, test } from 'vitest';
import type { Participant } from '../../../src/client/index.ts';
import { encryptionState, groups } from '../../../src/page/words/encryption.ts';
import { failures } from '../../../src/page/words/failures.ts';
import { adviceFor } from '../../../src/page/words/device-problems.ts';
import {
  clipName,
  colourOf,
  describeChange,
  describeShares,
  initials,
  listNames,
  markOf,
  screenNote,
  tileNote,
} from '../../../src/page/words/people.ts';
import { person, video } from '../../support/page-people.ts';

describe('what a tile says', () => {
  test('nothing, while somebody can be seen and heard', () => {
    expect(tileNote(person('p1', 'Ana'))).toBeUndefined();
  });

  const cases: readonly (readonly [string, Partial<Participant>, RegExp])[] = [
    ['keys on their way', { camera: video('waiting') }, /^Waiting for Ana’s keys…$/u],
    ['a picture that does not open', { camera: video('undecryptable') }, /^Cannot decrypt Ana\./u],
    ['sound that does not open', { microphone: { state: 'undecryptable' } }, /^Cannot decrypt Ana’s sound\./u],
    [
      'a line that is too weak',
      { camera: { ...video('paused'), pausedBy: 'our-line' } },
      /: your connection is weak\.$/u,
    ],
    [
      'a camera that sends nothing',
      { camera: { ...video('paused'), pausedBy: 'sender' } },
      /: their camera sends nothing\.$/u,
    ],
    ['a pause of unknown cause', { camera: video('paused') }, /^Video paused: it goes on by itself\.$/u],
    ['somebody arriving', { standing: 'arriving', name: undefined }, /^Waiting for their keys…$/u],
    ['somebody refused', { standing: 'refused', name: undefined }, /^Could not prove to be invited\./u],
  ];
  test.each(cases)('%s', (_, change, expected) => {
    expect(tileNote({ ...person('p1', 'Ana'), ...change })?.text).toMatch(expected);
  });

  test('a refusal outweighs everything else', () => {
    const note = tileNote({ ...person('p1', 'Ana'), standing: 'refused', camera: video('undecryptable') });
    expect(note?.text).toMatch(/^Could not prove/u);
  });
});

test.each([
  ['waiting', /^Waiting for Ana’s screen…$/u],
  ['paused', /^Screen paused: your connection is weak\.$/u],
  ['undecryptable', /^Cannot decrypt Ana’s screen\./u],
  ['on', undefined],
] as const)('a screen that is %s says so', (state, expected) => {
  const note = screenNote({ ...person('p1', 'Ana'), screen: { ...video(state), pausedBy: 'our-line' } });
  if (expected === undefined) expect(note).toBeUndefined();
  else expect(note?.text).toMatch(expected);
});

describe('names', () => {
  test.each([
    ['Ana', 'A'],
    ['ben okafor', 'BO'],
    ['  Dörte  van der Lindqvist ', 'DL'],
    ['🦊 Fox', '🦊F'],
    ['', '?'],
    [undefined, '?'],
  ])('the initials of %j are %s', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });

  test('somebody keeps a colour, and not everybody has the same', () => {
    const colours = ['p1', 'p2', 'p3', 'p4'].map(colourOf);
    expect(['p1', 'p2', 'p3', 'p4'].map(colourOf)).toEqual(colours);
    expect(new Set(colours).size).toBeGreaterThan(1);
  });

  test('a name is cut to 64 bytes of UTF-8 between letters', () => {
    expect(clipName('  Ana ')).toBe('Ana');
    const clipped = clipName('🦊'.repeat(40));
    expect(clipped).toBe('🦊'.repeat(16));
    expect(new TextEncoder().encode(clipName(`a${'ö'.repeat(60)}`)).length).toBe(63);
  });

  test('many names become a few and a number', () => {
    expect(listNames(['Ana'])).toBe('Ana');
    expect(listNames(['Ana', 'Ben'])).toBe('Ana and Ben');
    expect(listNames(['Ana', 'Ben', 'C'])).toBe('Ana, Ben and 1 other');
    expect(listNames(['Ana', 'Ben', 'C', 'D'])).toBe('Ana, Ben and 2 others');
  });
});

describe('announcements', () => {
  const [ana, ben] = [person('p1', 'Ana'), person('p2', 'Ben')];

  test('comings and goings are told together', () => {
    expect(describeChange([ana], [ben])).toBe('Ben joined. Ana left.');
    expect(describeChange([], [ana, ben])).toBe('Ana and Ben joined.');
    expect(describeChange([ana], [ana])).toBeUndefined();
  });

  test('nobody is announced before being authenticated', () => {
    const arriving = { ...ben, standing: 'arriving', name: undefined } as const;
    expect(describeChange([ana], [ana, arriving])).toBeUndefined();
    expect(describeChange([ana, arriving], [ana, ben])).toBe('Ben joined.');
    expect(describeChange([ana, arriving], [ana])).toBeUndefined();
  });
});

describe('shares', () => {
  const ana = person('p1', 'Ana');
  const sharing = { ...ana, screen: video('waiting') };

  test('are announced when they begin and stop, once', () => {
    expect(describeShares([ana], [sharing])).toBe('Ana is sharing a screen.');
    expect(describeShares([sharing], [{ ...ana, screen: video('on') }])).toBeUndefined();
    expect(describeShares([sharing], [ana])).toBe('Ana stopped sharing.');
  });

  test('of who comes sharing are announced, of who leaves are not', () => {
    expect(describeShares([], [sharing])).toBe('Ana is sharing a screen.');
    expect(describeShares([sharing], [])).toBeUndefined();
  });
});

test('in the list of people, what is wrong outweighs what was compared', () => {
  const ana = person('p1', 'Ana');
  const compared = new Set(['p1']);
  expect(markOf(ana, new Set())).toBe('○ Not compared');
  expect(markOf(ana, compared)).toBe('✓ Compared by you');
  expect(markOf(ana, new Set(['p2']))).toBe('! New since you compared');
  expect(markOf({ ...ana, nameTaken: true }, compared)).toMatch(/^! Someone else/u);
  expect(markOf({ ...ana, standing: 'refused' }, compared)).toMatch(/^Not let in/u);
});

describe('encryption', () => {
  const agreed = { state: 'agreed', code: '1'.repeat(30), people: 4 } as const;

  test('the chip always says that calls are encrypted, unless lists differ', () => {
    const none = { with: 0, of: 3 };
    expect(encryptionState({ state: 'alone' }, { with: 0, of: 0 }).chip).toBe('Encrypted · only you');
    expect(encryptionState({ state: 'waiting' }, none).chip).toBe('Encrypted · exchanging keys');
    expect(encryptionState(agreed, none).chip).toBe('Encrypted · not compared');
    expect(encryptionState({ state: 'disagreed' }, { with: 3, of: 3 })).toMatchObject({
      tone: 'bad',
      chip: 'Lists differ',
    });
  });

  test('compared is said of those only with whom it was', () => {
    expect(encryptionState(agreed, { with: 2, of: 3 })).toMatchObject({
      tone: 'notice',
      chip: 'Encrypted · compared with 2 of 3',
    });
    expect(encryptionState(agreed, { with: 3, of: 3 })).toMatchObject({ tone: 'good', chip: 'Encrypted · compared' });
  });

  test('the code is read in six groups of five', () => {
    expect(groups('012345678901234567890123456789')).toEqual(['01234', '56789', '01234', '56789', '01234', '56789']);
  });
});

describe('when something is wrong', () => {
  test('each failure has a label of its own', () => {
    const labels = Object.values(failures).map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
  });

  test('advice names the device it is about', () => {
    for (const kind of ['microphone', 'camera'] as const)
      for (const trouble of ['denied', 'denied-by-system', 'missing', 'busy', 'not-https', 'frame'] as const)
        expect(adviceFor(trouble, kind).title).toContain(kind);
  });
});
