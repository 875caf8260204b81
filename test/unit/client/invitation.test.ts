import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createInvitation, joinCall, readInvitation } from '../../../src/client/index.ts';
import { toBase64Url } from '../../../src/shared/support/bytes.ts';

const code = (value: string) => expect.objectContaining({ code: value }) as Error;
const routerKey = toBase64Url(new Uint8Array(32).fill(9));
const created = () => createInvitation({ routerUrl: 'https://router.example.org/x', routerKey });

test('a link carries the invitation in its fragment, to whoever reads it', () => {
  const link = created().link('https://calls.example.org/page?a=1#old');
  expect(link).toMatch(/^https:\/\/calls\.example\.org\/page\?a=1#[\w-]{87}$/);
  const read = readInvitation(link);
  expect(read.routerUrl).toBe('https://calls.example.org');
  expect(read.routerKeys).toEqual([new Uint8Array(32).fill(9)]);
  expect(read.link('https://calls.example.org/page?a=1')).toBe(link);
  expect(readInvitation(link, { routerUrl: 'https://router.example.org' }).routerUrl).toBe(
    'https://router.example.org',
  );
});

test('every call has a key of its own', () => {
  expect(created().link('https://a.example')).not.toBe(created().link('https://a.example'));
});

test('an invitation prints nothing of its key', () => {
  const invitation = created();
  const key = toBase64Url(invitation.callKey());
  const printed = `${JSON.stringify(invitation)} ${inspect(invitation, { depth: 9, showHidden: true })}`;
  expect(printed).not.toContain(key);
  expect(printed).not.toContain([...invitation.callKey().subarray(0, 4)].join(', '));
});

test.each([
  ['no fragment', 'https://a.example/'],
  ['half of one', 'https://a.example/#AQIDBA'],
  ['no address', 'hello'],
])('%s is a damaged invitation', (_, href) => {
  expect(() => readInvitation(href)).toThrow(code('invitation-damaged'));
});

test('an invitation of a later version says so', () => {
  const later = toBase64Url(Uint8Array.of(200, ...new Uint8Array(64)));
  expect(() => readInvitation(`https://a.example/#${later}`)).toThrow(code('invitation-newer'));
});

test('a router key that is none is refused', () => {
  expect(() => createInvitation({ routerUrl: 'https://a.example', routerKey: 'AAAA' })).toThrow(
    code('invitation-damaged'),
  );
});

test('a browser without encoded transforms cannot join', async () => {
  await expect(joinCall(created(), { name: 'Ada' })).rejects.toEqual(code('browser-cannot-encrypt'));
});

test('a name above 64 bytes is refused', async () => {
  await expect(joinCall(created(), { name: 'ä'.repeat(33) })).rejects.toThrow(RangeError);
});
