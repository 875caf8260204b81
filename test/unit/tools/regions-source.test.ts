import { expect, test } from 'vitest';
import { readSource } from '../../../src/tools/regions/source.ts';

const key = 'A'.repeat(43);
const router = `[[routers]]\nregion = "paris"\nurl = "https://paris.example"\nrouter_key = "${key}"\n`;

test('routers are read in the order in which they are written', () => {
  const other = router.replaceAll('paris', 'rome').replace('AAAA', 'BBBB');
  expect(readSource(`# ours\n${other}${router}`)).toMatchObject([
    { region: 'rome' },
    { region: 'paris', routerKey: key },
  ]);
});

test.each<[string, RegExp]>([
  ['', /section \[\[routers\]\]/],
  ['routers = 1', /section \[\[routers\]\]/],
  [`region = "paris"\n${router}`, /nothing in it but routers/],
  ['routers = []', /Give 1 to 64 routers/],
  ['[[routers]]\nregion: "paris"', /^Line 2: not TOML: /],
  [router + router, /same address, or the same key/],
  [router.replace('paris"', 'Paris"'), /^Router 1: region: .* region = "frankfurt"/],
  [router.replace('https:', 'http:'), /^Router 1: url: .*over https/],
  [
    `${router}[[routers]]\nregion = "rome"\nurl = "https://rome.example"\nkey = "${key}"`,
    /^Router 2: key: there is no/,
  ],
  [router.replace(key, 'AAAA'), /^Router 1: router_key: .*43 characters/],
])('what is wrong is said in words: %j', (text, words) => {
  expect(() => readSource(text)).toThrow(words);
});

test('all that is wrong is said at once', () => {
  const attempt = (): unknown => readSource('[[routers]]\nurl = "x"\n[[routers]]\nregion = 5\nport = 1');
  for (const words of [
    'Router 1: region',
    'Router 1: url',
    'Router 1: router_key',
    'Router 2: port',
    'Router 2: region',
  ])
    expect(attempt).toThrow(words);
});
