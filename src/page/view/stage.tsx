import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { layout, type Size } from '../layout/layout.ts';
import type { CallModel } from '../model/call-model.ts';
import { Icon } from './icon.tsx';
import { Invite } from './invite.tsx';
import { OwnTile } from './tile.tsx';
import { Tiles } from './tiles.tsx';

/** Everybody, or, while nobody else is there, the invitation. */
export function Stage({ call, origin }: { call: CallModel; origin: string }): JSX.Element {
  const element = useRef<HTMLElement>(null);
  const area = useSignal<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) area.value = { width: entry.contentRect.width, height: entry.contentRect.height };
    });
    if (element.current !== null) observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [area]);
  const others = call.participants.value.length;
  const placed = layout(area.value, others + 1);
  const scrolls = others > 0 && placed.contentHeight > area.value.height;
  return (
    <main
      class={scrolls || others === 0 ? 'stage scrolls' : 'stage'}
      ref={element}
      aria-label="People in the call"
      tabIndex={scrolls ? 0 : -1}
      data-start
    >
      {others === 0 ? <Alone call={call} origin={origin} /> : <Tiles call={call} layout={placed} />}
    </main>
  );
}

function Alone({ call, origin }: { call: CallModel; origin: string }): JSX.Element {
  return (
    <div class="alone">
      <section class="alone-card" aria-labelledby="alone-title">
        <h2 id="alone-title">
          <Icon name="invite" />
          Nobody else is here yet
        </h2>
        <Invite invitation={call.invitation} origin={origin} />
      </section>
      <ul class="alone-self">
        <OwnTile call={call} box={{ x: 0, y: 0, width: 208, height: 130 }} floating={false} />
      </ul>
    </div>
  );
}
