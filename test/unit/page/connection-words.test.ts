import { expect, test } from 'vitest';
import { connectionNote } from '../../../src/page/words/connection.ts';

test.each([
  ['connected', 'flowing', undefined],
  ['connected', 'none', undefined],
  ['ended', 'none', undefined],
  ['connecting', 'none', 'Joining again… You may not be heard.'],
  ['reconnecting', 'interrupted', 'Reconnecting… You may not be heard.'],
  ['reconnecting', 'none', 'Reconnecting… You may not be heard.'],
  ['reconnecting', 'flowing', 'Reconnecting… Sound and video go on meanwhile.'],
  [
    'moving',
    'flowing',
    'Moving the call to another router… Sound and video go on meanwhile. Nobody has to do anything.',
  ],
  ['moving', 'interrupted', 'Moving the call to another router… You may not be heard.'],
  [
    'connected',
    'interrupted',
    'Looking for another way for sound and video… Your network may have changed. You may not be heard.',
  ],
] as const)('%s, media %s', (phase, media, words) => {
  const note = connectionNote({ phase, media });
  expect(note && `${note.title} ${note.body}`).toBe(words);
});
