import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Box, Layout } from '../layout/layout.ts';
import type { CallModel } from '../model/call-model.ts';
import { inOrder } from '../words/people.ts';
import { OwnTile, PersonTile } from './tile.tsx';

const nowhere: Box = { x: 0, y: 0, width: 0, height: 0 };

/** The tiles of everybody, oneself last. In a call of two, pressing the small one swaps both. */
export function Tiles({ call, layout }: { call: CallModel; layout: Layout }): JSX.Element {
  const swapped = useSignal(false);
  const people = inOrder(call.participants.value);
  const { boxes, contentHeight } = layout;
  const isPair = people.length === 1;
  const placed = isPair && swapped.value ? [...boxes].reverse() : boxes;
  const corner = isPair ? boxes[1] : undefined;
  return (
    <>
      <ul class="tiles" style={{ height: `${contentHeight}px` }}>
        {people.map((person, index) => (
          <PersonTile
            key={person.id}
            person={person}
            box={placed[index] ?? nowhere}
            floating={isPair && swapped.value}
          />
        ))}
        <OwnTile key="own" call={call} box={placed[people.length] ?? nowhere} floating={isPair && !swapped.value} />
      </ul>
      {corner !== undefined && (
        <button
          type="button"
          class="swap"
          aria-label="Swap the large and the small picture"
          title="Swap"
          style={{
            width: `${corner.width}px`,
            height: `${corner.height}px`,
            transform: `translate(${corner.x}px, ${corner.y}px)`,
          }}
          onClick={() => {
            swapped.value = !swapped.value;
          }}
        />
      )}
    </>
  );
}
