import type { JSX } from 'preact';
import type { Cell } from '../../call/outcome/matrix.ts';
import type { ShownCall } from '../../call/outcome/shown-call.ts';

/** Who decoded whom. */
export function Matrix({ call: { matrix } }: { call: ShownCall }): JSX.Element {
  return (
    <div class="wide">
      <table class="matrix">
        <thead>
          <tr>
            <th>to ↓ from →</th>
            {matrix.map((_, index) => (
              <th key={index}>{index + 1}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.map((row, index) => (
            <tr key={index}>
              <th>{index + 1}</th>
              {row.map((cell, column) => (cell === null ? <td key={column} class="self" /> : <Decoded cell={cell} />))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Decoded({ cell }: { cell: Cell }): JSX.Element {
  const { from, to, camera, screen, sound, undecryptable, replayed } = cell;
  const pictures = [camera, screen].filter((picture) => picture !== null);
  const isTroubled = undecryptable > 0 || pictures.some(({ freezes }) => freezes > 0);
  const look = camera === null || sound === null ? 'missing' : isTroubled ? 'troubled' : '';
  return (
    <td class={look} data-from={from} data-to={to}>
      <Decode picture={camera} what="camera" />
      {screen !== null && <Decode picture={screen} what="screen" />}
      <div>
        {sound === null
          ? 'no sound'
          : `sound ${sound.heardSeconds.toFixed(1)} s, ${(sound.concealedShare * 100).toFixed(1)} % made up`}
      </div>
      {undecryptable > 0 && <div>{undecryptable} frames not opened</div>}
      {replayed > 0 && <div>{replayed} frames came twice</div>}
    </td>
  );
}

function Decode({ picture, what }: { picture: Cell['camera']; what: 'camera' | 'screen' }): JSX.Element {
  if (picture === null) return <div data-of={what}>no {what}</div>;
  const { framesPerSecond, width, height, freezes, freezeSeconds } = picture;
  return (
    <div data-of={what}>
      {what === 'screen' && 'screen '}
      <b>{framesPerSecond.toFixed(1)}</b> fps, {width}×{height}
      <br />
      {freezes === 0 ? 'no freeze' : `${freezes} × frozen, ${freezeSeconds.toFixed(1)} s`}
    </div>
  );
}
