import type { ComponentChildren, JSX } from 'preact';
import type { Participant } from '../../client/index.ts';
import type { Box } from '../layout/layout.ts';
import type { CallModel } from '../model/call-model.ts';
import { colourOf, initials, nameOf, tileNote } from '../words/people.ts';
import { Icon } from './icon.tsx';
import { OwnVideo } from './own-video.tsx';
import { RemoteVideo } from './remote-video.tsx';

interface FrameProps {
  readonly box: Box;
  readonly floating: boolean;
  readonly name: string;
  readonly muted: boolean;
  readonly tag?: string | undefined;
  readonly children: ComponentChildren;
}

/** The place and the name plate of any tile. */
function Frame({ box, floating, name, muted, tag, children }: FrameProps): JSX.Element {
  return (
    <li
      class={floating ? 'tile floating' : 'tile'}
      style={{
        width: `${box.width}px`,
        height: `${box.height}px`,
        transform: `translate(${box.x}px, ${box.y}px)`,
      }}
    >
      {children}
      <div class="plate">
        {muted && (
          <span class="plate-muted">
            <Icon name="microphone-off" />
            <span class="visually-hidden">Muted:</span>
          </span>
        )}
        <h2>{name}</h2>
        {tag !== undefined && <span class="plate-tag">{tag}</span>}
      </div>
    </li>
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

interface TileProps {
  readonly box: Box;
  readonly floating: boolean;
}

/** Somebody else. */
export function PersonTile({ person, ...frame }: TileProps & { person: Participant }): JSX.Element {
  const note = tileNote(person);
  const said = note !== undefined && <p class={`tile-note ${note.tone}`}>{note.text}</p>;
  const hasPicture = person.camera.state === 'on';
  return (
    <Frame
      {...frame}
      name={nameOf(person)}
      muted={person.standing === 'authenticated' && person.microphone.state === 'off'}
      tag={person.nameTaken ? 'name used twice' : undefined}
    >
      {!hasPicture && (
        <Empty name={person.name} colour={`${colourOf(person.id)}`}>
          {said}
        </Empty>
      )}
      {person.camera.state !== 'off' && <RemoteVideo video={person.camera} tile={frame.box} shown={hasPicture} />}
      {hasPicture && said}
    </Frame>
  );
}

/** Oneself. */
export function OwnTile({ call, ...frame }: TileProps & { call: CallModel }): JSX.Element {
  const track = call.cameraTrack.value;
  return (
    <Frame {...frame} name="You" muted={call.microphone.value !== 'on'}>
      {track === undefined ? <Empty name={call.ownName} colour="own" /> : <OwnVideo track={track} />}
    </Frame>
  );
}
