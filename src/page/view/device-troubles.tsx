import type { JSX } from 'preact';
import type { Lobby } from '../model/lobby.ts';
import { adviceFor } from '../words/device-problems.ts';
import { Icon } from './icon.tsx';

/** Nothing was asked for yet: the offer to. */
export function TurnOn({ lobby }: { lobby: Lobby }): JSX.Element {
  return (
    <>
      <p>
        <strong>Camera and microphone are off.</strong>
        <br />
        You can join without them.
      </p>
      <button type="button" class="button" onClick={() => void lobby.turnOnBoth()}>
        Turn on
      </button>
    </>
  );
}

/** What is wrong with one's devices, and what helps. */
export function DeviceTroubles({ lobby }: { lobby: Lobby }): JSX.Element {
  const kinds = (['microphone', 'camera'] as const).flatMap((kind) => {
    const device = lobby[kind].value;
    return device.state === 'trouble' ? [{ kind, trouble: device.trouble }] : [];
  });
  return (
    <div role="status">
      {kinds.map(({ kind, trouble }) => {
        const { title, body, action } = adviceFor(trouble, kind);
        return (
          <div key={kind} class="advice">
            <Icon name="alert" />
            <div>
              <p class="advice-title">{title}</p>
              <p>{body}</p>
              {action !== undefined && (
                <button type="button" class="link" onClick={() => void lobby.turnOn(kind)}>
                  {action}
                </button>
              )}
            </div>
          </div>
        );
      })}
    </div>
  );
}
