import type { JSX } from 'preact';
import type { Participant } from '../../client/index.ts';
import type { CallModel } from '../model/call-model.ts';
import { markOf, nameOf } from '../words/people.ts';
import { Icon, type IconName } from './icon.tsx';
import { SidePanel } from './side-panel.tsx';

/** Everybody in the call, in order of joining, with what is on and what is known about their keys. */
export function PeoplePanel({ call, onClose }: { call: CallModel; onClose: () => void }): JSX.Element {
  const people = call.participants.value;
  return (
    <SidePanel title={`People (${people.length + 1})`} onClose={onClose}>
      <ul class="roster">
        <li>
          <p class="person-name">{call.ownName} (you)</p>
          <p class="person-mark">This device</p>
          <Marks
            microphone={call.microphone.value === 'on'}
            camera={call.camera.value === 'on'}
            screen={call.screen.value === 'on'}
          />
        </li>
        {people.map((person) => (
          <Row key={person.id} call={call} person={person} />
        ))}
      </ul>
      <button
        type="button"
        class="button"
        onClick={() => {
          call.panel.value = 'encryption';
        }}
      >
        <Icon name="lock" />
        Compare codes
      </button>
    </SidePanel>
  );
}

function Row({ call, person }: { call: CallModel; person: Participant }): JSX.Element {
  const { scenery } = call;
  const isPinned = scenery.pinned.value === person.id;
  const name = nameOf(person);
  return (
    <li>
      <p class="person-name">{name}</p>
      <p class={`person-mark ${person.standing}`}>{markOf(person, call.comparedWith.value)}</p>
      {person.standing === 'authenticated' && (
        <Marks
          microphone={person.microphone.state !== 'off'}
          camera={person.camera.state !== 'off'}
          screen={person.screen.state !== 'off'}
          speaking={person.speaking}
        />
      )}
      <button
        type="button"
        class="icon-button roster-pin"
        aria-label={isPinned ? `Unpin ${name}` : `Pin ${name}: only you see this`}
        onClick={() => {
          scenery.pin(person.id);
        }}
      >
        <Icon name={isPinned ? 'unpin' : 'pin'} />
      </button>
    </li>
  );
}

interface MarksProps {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly speaking?: boolean;
}

/** What of somebody is on: drawings for who sees them, words for who does not. */
function Marks({ microphone, camera, screen, speaking = false }: MarksProps): JSX.Element {
  const marks: readonly (readonly [IconName, string])[] = [
    ...(screen ? [['screen', 'shares a screen'] as const] : []),
    ...(speaking ? [['speaking', 'speaking'] as const] : []),
    microphone ? ['microphone', 'microphone on'] : ['microphone-off', 'muted'],
    camera ? ['camera', 'camera on'] : ['camera-off', 'camera off'],
  ];
  return (
    <p class="roster-marks">
      {marks.map(([icon]) => (
        <Icon key={icon} name={icon} />
      ))}
      <span class="visually-hidden">{marks.map(([, word]) => word).join(', ')}</span>
    </p>
  );
}
