import { expect, test } from 'vitest';
import { CallError } from '../../../src/client/call/call-error.ts';
import { OwnScreen } from '../../../src/client/call/own-screen.ts';
import { FakeSession, FakeTrack } from './fake-source.ts';
import { settle } from './fake-clock.ts';

async function shared(withSound: boolean) {
  const session = new FakeSession();
  const picture = new FakeTrack();
  const sound = new FakeTrack();
  const screen = new OwnScreen(() =>
    Promise.resolve({ picture: picture.asTrack, sound: withSound ? sound.asTrack : undefined }),
  );
  await screen.attach(session);
  session.heard.length = 0; // that nothing of it is on
  await screen.turnOn({ sound: true });
  return { screen, session, picture, sound };
}

const live = ({ readyState }: FakeTrack) => readyState === 'live';

test('a screen and its sound are two sources, text kept sharp unless motion is asked for', async () => {
  const { screen, session, picture, sound } = await shared(true);
  expect(session.heard).toEqual([
    'capture screen on',
    'send screen in vp8',
    'capture screen-audio on',
    'send screen-audio',
  ]);
  expect([picture.contentHint, sound.contentHint]).toEqual(['detail', 'music']);
  const film = new FakeTrack();
  await screen.turnOn({ track: film.asTrack, content: 'motion' });
  expect(film.contentHint).toBe('motion');
});

test('where the browser gives no sound, the picture is shared alone', async () => {
  const { screen, session } = await shared(false);
  expect(screen.state.get()).toBe('on');
  expect(session.heard).toEqual(['capture screen on', 'send screen in vp8']);
});

test('the sound ends with the picture, whoever ended it, and both are freed', async () => {
  for (const end of ['button', 'browser'] as const) {
    const { screen, session, picture, sound } = await shared(true);
    session.heard.length = 0;
    if (end === 'button') await screen.turnOff();
    else picture.unplug();
    await settle();
    expect(screen.state.get()).toBe('off');
    expect([picture, sound].some(live)).toBe(false);
    expect(session.heard.filter((what) => what === 'close')).toHaveLength(2);
    expect(session.heard).toContain('capture screen-audio off');
  }
});

test('another picture does not go with the sound of the one before', async () => {
  const { screen, session, sound } = await shared(true);
  await screen.turnOn({ track: new FakeTrack().asTrack });
  await settle();
  expect(live(sound)).toBe(false);
  expect(session.heard).toContain('capture screen-audio off');
  expect(screen.state.get()).toBe('on');
});

test('a screen that cannot be sent frees its sound, too', async () => {
  const session = new FakeSession();
  session.refusal = new CallError('router-refused');
  const tracks = [new FakeTrack(), new FakeTrack()] as const;
  const screen = new OwnScreen(() => Promise.resolve({ picture: tracks[0].asTrack, sound: tracks[1].asTrack }));
  await screen.attach(session);
  await expect(screen.turnOn({ sound: true })).rejects.toBe(session.refusal);
  expect(tracks.some(live)).toBe(false);
});

test('a sound that cannot be sent leaves the picture', async () => {
  const session = new FakeSession();
  const sound = new FakeTrack();
  const send = session.send.bind(session);
  session.send = (source, ...rest) => {
    if (source === 'screen-audio') session.refusal = new CallError('router-refused');
    return send(source, ...rest);
  };
  const screen = new OwnScreen(() => Promise.resolve({ picture: new FakeTrack().asTrack, sound: sound.asTrack }));
  await screen.attach(session);
  await screen.turnOn({ sound: true });
  expect(screen.state.get()).toBe('on');
  expect(live(sound)).toBe(false);
});

test('after the end nothing is captured any more', async () => {
  const { screen, picture, sound } = await shared(true);
  screen.end();
  expect([picture, sound].some(live)).toBe(false);
  await expect(screen.turnOn()).rejects.toMatchObject({ code: 'ended' });
});
