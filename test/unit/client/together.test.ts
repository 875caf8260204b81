import { expect, test } from 'vitest';
import { Together } from '../../../src/client/media/together.ts';
import { settle } from './fake-clock.ts';

test('what is under way at the same time goes on together, whether it succeeds or fails', async () => {
  const together = new Together();
  const [first, second, third] = [1, 2, 3].map(() => Promise.withResolvers<string>());
  if (first === undefined || second === undefined || third === undefined) throw new Error('three');
  const gone: string[] = [];
  const follow = async (work: Promise<string>): Promise<void> => {
    gone.push(await together.wait(work).catch((error: unknown) => String(error)));
  };
  const all = [follow(first.promise), follow(second.promise)];
  first.resolve('first');
  await settle();
  all.push(follow(third.promise)); // while the second is still under way
  third.reject(new Error('third'));
  await settle();
  expect(gone).toEqual([]);
  second.resolve('second');
  await Promise.all(all);
  expect(gone.toSorted()).toEqual(['Error: third', 'first', 'second']);
  expect(await together.wait(Promise.resolve('alone'))).toBe('alone');
});
