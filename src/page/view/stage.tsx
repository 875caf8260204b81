import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Size } from '../layout/layout.ts';
import { isSame, scene, type Large, type Scene } from '../layout/scene.ts';
import type { CallModel } from '../model/call-model.ts';
import { nameOf, screenOf } from '../words/people.ts';
import { Icon } from './icon.tsx';
import { Invite } from './invite.tsx';
import { Pager, useSwipe } from './pager.tsx';
import { OwnShareTile, OwnTile } from './tile.tsx';
import { Tiles } from './tiles.tsx';

/** Everybody, and what is shared; or, while nobody else is there, the invitation. */
export function Stage({ call, origin }: { call: CallModel; origin: string }): JSX.Element {
  const element = useRef<HTMLElement>(null);
  const area = useSignal<Size>({ width: 0, height: 0 });
  const { scenery } = call;
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) area.value = { width: entry.contentRect.width, height: entry.contentRect.height };
    });
    if (element.current !== null) observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [area]);
  const placed = scene({
    area: area.value,
    seats: scenery.seats.value,
    screens: scenery.screens.value,
    ownShare: call.screen.value === 'on',
    speakers: scenery.speakers.value,
    pinned: scenery.pinned.value,
    chosen: scenery.chosen.value,
    view: scenery.view.value,
    page: scenery.page.value,
  });
  useEffect(() => {
    scenery.showing(placed);
  });
  const swipe = useSwipe((pages) => {
    if (placed.pages > 1) scenery.turnTo(Math.min(placed.pages - 1, placed.page + pages));
  });
  const isAlone = call.participants.value.length === 0;
  const scrolls = !isAlone && placed.contentHeight > area.value.height;
  return (
    <main
      class={scrolls || isAlone ? 'stage scrolls' : 'stage'}
      ref={element}
      aria-label="People in the call"
      tabIndex={scrolls ? 0 : -1}
      data-start
      data-region
      {...swipe}
    >
      {isAlone ? (
        <Alone call={call} origin={origin} />
      ) : (
        <>
          {placed.choices.length > 0 && <Choices call={call} scene={placed} />}
          <Tiles call={call} scene={placed} />
          {placed.pages > 1 && (
            <Pager
              page={placed.page}
              pages={placed.pages}
              onTurn={(page) => {
                scenery.turnTo(page);
              }}
            />
          )}
        </>
      )}
    </main>
  );
}

/** What else could be large: one at a time, since halves can be read by nobody. */
function Choices({ call, scene: { choices, large } }: { call: CallModel; scene: Scene }): JSX.Element {
  const people = call.participants.value;
  const nameFor = ({ of, id }: Large): string => {
    const person = people.find((one) => one.id === id);
    return person === undefined ? '' : of === 'screen' ? screenOf(person) : nameOf(person);
  };
  return (
    <div class="choices" role="group" aria-label="On the stage">
      {choices.map((choice) => (
        <button
          key={`${choice.of} ${choice.id}`}
          type="button"
          class="choice"
          aria-pressed={isSame(choice, large?.what)}
          onClick={() => {
            call.scenery.choose(choice);
          }}
        >
          <Icon name={choice.of === 'screen' ? 'screen' : 'pin'} />
          <span>{nameFor(choice)}</span>
        </button>
      ))}
    </div>
  );
}

function Alone({ call, origin }: { call: CallModel; origin: string }): JSX.Element {
  const tile = { x: 0, y: 0, width: 208, height: 130 };
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
        {call.screen.value === 'on' && <OwnShareTile call={call} box={tile} />}
        <OwnTile call={call} box={tile} />
      </ul>
    </div>
  );
}
