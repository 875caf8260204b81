import type { ComponentChildren, JSX } from 'preact';
import type { Participant } from '../../client/index.ts';
import type { Box } from '../layout/layout.ts';
import type { CallModel } from '../model/call-model.ts';
import { colourOf, initials, nameOf, screenNote, screenOf, tileNote, type TileNote } from '../words/people.ts';
import { Icon } from './icon.tsx';
import { OwnVideo } from './own-video.tsx';
import { RemoteVideo } from './remote-video.tsx';

interface FrameProps {
  readonly box: Box;
  readonly kind?: 'floating' | 'screen' | undefined;
  readonly name: string;
  readonly muted?: boolean;
  readonly speaking?: boolean;
  readonly tag?: string | undefined;
  readonly children: ComponentChildren;
}

/** The place and the name plate of any tile. */
function Frame({ box, kind, name, muted = false, speaking = false, tag, children }: FrameProps): JSX.Element {
  return (
    <li
      class={['tile', kind, speaking && 'speaking'].filter(Boolean).join(' ')}
      style={{
        width: `${box.width}px`,
        height: `${box.height}px`,
        transform: `translate(${box.x}px, ${box.y}px)`,
      }}
    >
      {children}
      <div class="plate">
        {muted && <PlateMark icon="microphone-off" word="Muted:" />}
        {speaking && <PlateMark icon="speaking" word="Speaking:" />}
        <h2>{name}</h2>
        {tag !== undefined && <span class="plate-tag">{tag}</span>}
      </div>
    </li>
  );
}

function PlateMark({ icon, word }: { icon: 'microphone-off' | 'speaking'; word: string }): JSX.Element {
  return (
    <span class={`plate-mark ${icon}`}>
      <Icon name={icon} />
      <span class="visually-hidden">{word}</span>
    </span>
  );
}

interface EmptyProps {
  readonly name: string | undefined;
  readonly colour: string;
  readonly children?: ComponentChildren;
}

/** In the place of a picture: initials, and a word if something is the matter. */
function Empty({ name, colour, children }: EmptyProps): JSX.Element {
  return (
    <div class="tile-empty">
      <span class={`avatar person-${colour}`} aria-hidden="true">
        {initials(name)}
      </span>
      {children}
    </div>
  );
}

function Note({ note }: { note: TileNote | undefined }): JSX.Element | null {
  return note === undefined ? null : <p class={`tile-note ${note.tone}`}>{note.text}</p>;
}

interface TileProps {
  readonly box: Box;
  readonly floating?: boolean;
}

interface PersonProps extends TileProps {
  readonly person: Participant;
  /** Undefined where there is nothing to pin. */
  readonly pin?: PinState | undefined;
}

export interface PinState {
  readonly isPinned: boolean;
  /** Reached with Tab, as opposed to with the arrows from the tile that is. */
  readonly isEntry: boolean;
  readonly onPin: () => void;
  readonly onFocus: () => void;
}

/** Somebody else. */
export function PersonTile({ person, box, floating = false, pin }: PersonProps): JSX.Element {
  const note = tileNote(person);
  const { state } = person.camera;
  const hasPicture = state === 'on';
  const tags = [
    ...(person.nameTaken ? ['name used twice'] : []),
    ...(pin?.isPinned === true ? ['only you see this'] : []),
  ];
  return (
    <Frame
      box={box}
      kind={floating ? 'floating' : undefined}
      name={nameOf(person)}
      muted={person.standing === 'authenticated' && person.microphone.state === 'off'}
      speaking={person.speaking}
      tag={tags.length > 0 ? tags.join(' · ') : undefined}
    >
      {!hasPicture && (
        <Empty name={person.name} colour={`${colourOf(person.id)}`}>
          {state === 'not-shown' && (
            <span class="tile-hidden">
              <Icon name="camera" />
              <span class="visually-hidden">Camera on, not shown here</span>
            </span>
          )}
          <Note note={note} />
        </Empty>
      )}
      {state !== 'off' && <RemoteVideo video={person.camera} tile={box} shown={hasPicture} />}
      {hasPicture && <Note note={note} />}
      {pin !== undefined && (
        <button
          type="button"
          class={pin.isPinned ? 'tile-pin is-pinned' : 'tile-pin'}
          data-tile={person.id}
          aria-label={pin.isPinned ? `Unpin ${nameOf(person)}` : `Pin ${nameOf(person)}: only you see this`}
          tabIndex={pin.isEntry ? 0 : -1}
          onClick={pin.onPin}
          onFocus={pin.onFocus}
        >
          <Icon name={pin.isPinned ? 'unpin' : 'pin'} />
        </button>
      )}
    </Frame>
  );
}

/** Somebody's screen, whole, whatever its shape. */
export function ScreenTile({ person, box }: { person: Participant; box: Box }): JSX.Element {
  const isOn = person.screen.state === 'on';
  return (
    <Frame box={box} kind="screen" name={screenOf(person)}>
      <RemoteVideo video={person.screen} shown={isOn} />
      <Note note={screenNote(person)} />
      {document.fullscreenEnabled && (
        <button
          type="button"
          class="tile-pin is-pinned"
          aria-label="Full screen"
          onClick={({ currentTarget }) => {
            void currentTarget
              .closest('.tile')
              ?.requestFullscreen()
              .catch(() => undefined); // the browser may not let it
          }}
        >
          <Icon name="enlarge" />
        </button>
      )}
    </Frame>
  );
}

/** Everybody without a picture, in a crowd. */
export function ListeningTile({
  call,
  people,
  box,
}: TileProps & { call: CallModel; people: readonly Participant[] }): JSX.Element {
  const speaking = people.filter((person) => person.speaking);
  return (
    <Frame box={box} name={speaking.map(nameOf).join(', ') || 'Without a camera'} speaking={speaking.length > 0}>
      <button
        type="button"
        class="listening"
        onClick={() => {
          call.panel.value = 'people';
        }}
      >
        <Icon name="people" />+{people.length} listening
      </button>
    </Frame>
  );
}

/** One's own share: words, since showing it would show itself in itself without end. */
export function OwnShareTile({ call, box }: TileProps & { call: CallModel }): JSX.Element {
  return (
    <Frame box={box} name="Your screen">
      <div class="tile-empty own-share">
        <Icon name="screen" />
        <p>You are sharing your screen</p>
        <button type="button" class="button small" onClick={() => void call.toggleScreen()}>
          Stop sharing
        </button>
      </div>
    </Frame>
  );
}

/** Oneself. */
export function OwnTile({ call, box, floating = false }: TileProps & { call: CallModel }): JSX.Element {
  const track = call.cameraTrack.value;
  return (
    <Frame box={box} kind={floating ? 'floating' : undefined} name="You" muted={call.microphone.value !== 'on'}>
      {track === undefined ? <Empty name={call.ownName} colour="own" /> : <OwnVideo track={track} />}
    </Frame>
  );
}
