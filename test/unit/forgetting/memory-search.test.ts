import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Search, searchProcess } from '../../forget/memory.ts';
import { Needles } from '../../forget/needles.ts';

function found(needles: Needles, bytes: Buffer): string[] {
  const places: string[] = [];
  new Search(needles.all).in(bytes, ({ kind }, at) => places.push(`${kind} at ${at}`));
  return places;
}

test('an address is found as text of either width and as bytes in either order', () => {
  const needles = new Needles();
  needles.address('127.45.67.89');
  const text = Buffer.from('xx127.45.67.89, 127.45.67.8');
  expect(found(needles, text)).toEqual(['address text at 2']);
  expect(found(needles, Buffer.from('127.45.67.89', 'utf16le'))).toEqual(['address text at 0']);
  expect(found(needles, Buffer.from([0, 127, 45, 67, 89, 89, 67, 45, 127]))).toEqual([
    'address bytes at 1',
    'address bytes at 5',
  ]);
});

test('bytes are found raw, in hexadecimal and in both kinds of base64, and nothing else is', () => {
  const needles = new Needles();
  const bytes = Buffer.from('fbefbe0102030405060708', 'hex');
  needles.bytes('token', bytes);
  const forms = [bytes, ...(['hex', 'base64', 'base64url'] as const).map((form) => Buffer.from(bytes.toString(form)))];
  for (const form of forms) expect(found(needles, Buffer.concat([Buffer.from('--'), form]))).toEqual(['token at 2']);
  expect(found(needles, Buffer.from('fbefbe0102030405060709'))).toEqual([]);
  expect(found(needles, Buffer.alloc(0))).toEqual([]);
});

test('two needles that begin alike, and overlap, are both found', () => {
  const needles = new Needles();
  needles.text('media id', 'abcabd');
  needles.text('token', 'abc');
  expect(found(needles, Buffer.from('abcabcabd'))).toEqual(['token at 0', 'media id at 3', 'token at 3']);
});

test('what another process holds is found in its memory, and what it does not hold is not', async () => {
  const secret = 'kept by the child: 7f3b';
  const child = spawn(process.execPath, [
    '-e',
    `globalThis.kept = process.argv[1].repeat(3); console.log('ready'); setInterval(() => 0, 1000)`,
    secret,
  ]);
  try {
    await once(child.stdout, 'data');
    const needles = new Needles();
    needles.text('token', secret);
    expect((await searchProcess(child.pid ?? 0, needles.all)).length).toBeGreaterThanOrEqual(3);
    const others = new Needles();
    others.text('token', secret.replace('7f3b', '7f3c'));
    expect(await searchProcess(child.pid ?? 0, others.all)).toEqual([]);
  } finally {
    child.kill();
  }
});
