import { useSignal } from '@preact/signals';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import type { Participant } from '../../client/index.ts';
import { neighbour, type Direction } from '../layout/neighbour.ts';
import type { Scene, Tile } from '../layout/scene.ts';
import type { CallModel } from '../model/call-model.ts';
import { ListeningTile, OwnShareTile, OwnTile, PersonTile, ScreenTile, type PinState } from './tile.tsx';

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** The tiles of a scene, oneself last. In a call of two, pressing the small one swaps both. */
export function Tiles({ call, scene }: { call: CallModel; scene: Scene }): JSX.Element {
  const swapped = useSignal(false);
  const entry = useSignal<string | undefined>(undefined);
  const { scenery } = call;
  const byId = new Map(call.participants.value.map((person) => [person.id, person]));
  const pinned = scenery.pinned.value;
  const { large } = scene;
  const isPair = large === undefined && scene.tiles.length === 2;
  const boxes = scene.tiles.map(({ box }) => box);
  const placed = isPair && swapped.value ? [...boxes].reverse() : boxes;
  const corner = isPair ? boxes[1] : undefined;
  const shown = scene.tiles.map(({ tile, box }, index) => ({
    tile,
    box: placed[index] ?? box,
    floating: isPair && (index === 1) !== swapped.value,
  }));
  const people = shown.flatMap(({ tile, box }) => (tile.of === 'person' ? [{ id: tile.id, box }] : []));
  const entryId = people.find(({ id }) => id === entry.value)?.id ?? people[0]?.id;
  const pin = (id: string): PinState | undefined =>
    isPair
      ? undefined
      : {
          isPinned: id === pinned,
          isEntry: id === entryId,
          onPin: () => {
            scenery.pin(id);
          },
          onFocus: () => {
            entry.value = id;
          },
        };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLUListElement>): void => {
    const direction = directions[event.key];
    if (direction === undefined || !(event.target instanceof HTMLElement) || !event.target.matches('[data-tile]'))
      return;
    event.preventDefault();
    const places = people.map(({ box }) => box);
    const from = people.findIndex(({ id }) => id === entryId);
    const to = people[neighbour(places, from, direction) ?? from];
    event.currentTarget.querySelector<HTMLElement>(`[data-tile="${to?.id ?? ''}"]`)?.focus();
  };
  const sharer = large?.what.of === 'screen' ? byId.get(large.what.id) : undefined;
  return (
    <>
      <ul class="tiles" style={{ height: `${scene.contentHeight}px` }} onKeyDown={onKeyDown}>
        {sharer !== undefined && large !== undefined && (
          <ScreenTile key={`screen ${sharer.id}`} person={sharer} box={large.box} />
        )}
        {shown.map(({ tile, box, floating }) => (
          <AnyTile key={keyOf(tile)} call={call} tile={tile} box={box} floating={floating} byId={byId} pin={pin} />
        ))}
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

interface AnyTileProps {
  readonly call: CallModel;
  readonly tile: Tile;
  readonly box: Scene['tiles'][number]['box'];
  readonly floating: boolean;
  readonly byId: ReadonlyMap<string, Participant>;
  readonly pin: (id: string) => PinState | undefined;
}

function AnyTile({ call, tile, box, floating, byId, pin }: AnyTileProps): JSX.Element | null {
  switch (tile.of) {
    case 'person': {
      const person = byId.get(tile.id);
      // Whoever has just left keeps an empty place while somebody is about to click.
      return person === undefined ? null : (
        <PersonTile person={person} box={box} floating={floating} pin={pin(tile.id)} />
      );
    }
    case 'listening':
      return <ListeningTile call={call} people={tile.ids.flatMap((id) => byId.get(id) ?? [])} box={box} />;
    case 'own-share':
      return <OwnShareTile call={call} box={box} />;
    case 'own':
      return <OwnTile call={call} box={box} floating={floating} />;
  }
}

function keyOf(tile: Tile): string {
  return tile.of === 'person' ? tile.id : tile.of;
}
