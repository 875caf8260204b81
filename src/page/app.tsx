import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { unreachable } from './unreachable.ts';
import type { PageModel } from './model/page-model.ts';
import { CallScreen } from './view/call-screen.tsx';
import { Connecting } from './view/connecting.tsx';
import { Landing } from './view/landing.tsx';
import { LobbyScreen } from './view/lobby-screen.tsx';
import { Ended, FailureScreen, Left } from './view/messages.tsx';

/** The whole page: one screen at a time. */
export function App({ model }: { model: PageModel }): JSX.Element {
  const first = useRef(true);
  const screen = model.screen.value;
  const { at } = screen;
  useLayoutEffect(() => {
    if (at !== 'call') document.title = at === 'lobby' ? 'Join the call · Sotto' : 'Sotto';
    if (first.current) {
      first.current = false;
      return;
    }
    // Where a screen reader goes on reading; a new screen is no new document.
    document.querySelector<HTMLElement>('[data-start]')?.focus();
  }, [at]);
  switch (screen.at) {
    case 'landing':
      return <Landing model={model} />;
    case 'lobby':
      return <LobbyScreen model={model} lobby={screen.lobby} />;
    case 'connecting':
      return <Connecting model={model} />;
    case 'call':
      return <CallScreen call={screen.call} origin={model.origin} />;
    case 'left':
      return <Left model={model} again={screen.again} />;
    case 'ended':
      return <Ended model={model} />;
    case 'failure':
      return <FailureScreen model={model} code={screen.code} again={screen.again} />;
    default:
      return unreachable(screen);
  }
}
