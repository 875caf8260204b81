import { expect, test } from 'vitest';
import { VideoElements } from '../../../src/client/call/video-elements.ts';

Object.assign(globalThis, { MediaStream: EventTarget }); // as a name: nothing is played here

/** Elements of which the test says how high their picture is on the screen. */
function elements() {
  const lines = new Map<HTMLVideoElement, number | undefined>();
  const stopped: HTMLVideoElement[] = [];
  let changes = 0;
  const videos = new VideoElements(
    (element) => ({
      lines: () => lines.get(element),
      [Symbol.dispose]: () => stopped.push(element),
    }),
    () => {
      changes += 1;
    },
  );
  const element = (height: number | undefined) => {
    const made = { srcObject: null } as unknown as HTMLVideoElement;
    lines.set(made, height);
    return made;
  };
  return { videos, element, lines, stopped, changes: () => changes };
}

test('a video is as high as where it is highest', () => {
  const { videos, element } = elements();
  expect(videos.linesOf('somebody')).toBeUndefined();
  videos.attach('somebody', element(100));
  const large = videos.attach('somebody', element(700));
  videos.attach('somebody', element(undefined));
  expect(videos.linesOf('somebody')).toBe(700);
  large[Symbol.dispose]();
  expect(videos.linesOf('somebody')).toBe(100);
});

test('every attaching and taking off is told, and what was taken off is looked at no more', () => {
  const { videos, element, stopped, changes } = elements();
  const one = element(100);
  const attached = videos.attach('somebody', one);
  expect(changes()).toBe(1);
  attached[Symbol.dispose]();
  attached[Symbol.dispose]();
  expect(changes()).toBe(2);
  expect(stopped).toContain(one);
  expect(videos.linesOf('somebody')).toBeUndefined();
});

test('an element that is attached twice stays when the first of both is taken off', () => {
  const { videos, element } = elements();
  const one = element(100);
  const first = videos.attach('somebody', one);
  videos.attach('somebody', one);
  first[Symbol.dispose]();
  expect(videos.linesOf('somebody')).toBe(100);
});
