import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Lobby } from '../model/lobby.ts';
import type { PageModel } from '../model/page-model.ts';
import { AccessCode } from './access-code.tsx';
import { Brand } from './brand.tsx';
import { DeviceSelect } from './device-select.tsx';
import { DeviceTroubles, TurnOn } from './device-troubles.tsx';
import { Icon } from './icon.tsx';
import { Inside } from './inside.tsx';
import { Level } from './level.tsx';
import { OwnVideo } from './own-video.tsx';
import { Toggle } from './toggle.tsx';

/** Before joining: how one looks and sounds, and a name. No permission is asked for before somebody presses something. */
export function LobbyScreen({ model, lobby }: { model: PageModel; lobby: Lobby }): JSX.Element {
  const microphone = lobby.microphone.value;
  const camera = lobby.camera.value;
  const region = model.regions.own.value;
  const name = useSignal(lobby.name.value ?? model.rememberedName ?? '');
  const remember = useSignal(model.rememberedName !== undefined);
  return (
    <div class="lobby">
      <header class="page-head">
        <Brand />
        <button
          type="button"
          class="link"
          onClick={() => {
            model.home();
          }}
        >
          Do not join
        </button>
      </header>
      <main class="lobby-main">
        <section class="lobby-preview" aria-label="Your camera and microphone">
          <div class="preview">
            {camera.state === 'on' ? (
              <OwnVideo track={camera.track} />
            ) : (
              <div class="preview-empty">
                {lobby.untouched.value ? <TurnOn lobby={lobby} /> : <p>Your camera is off.</p>}
              </div>
            )}
            <div class="preview-controls">
              <Toggle
                icon="microphone"
                isOn={microphone.state === 'on'}
                disabled={microphone.state === 'asking'}
                label={microphone.state === 'on' ? 'Turn microphone off' : 'Turn microphone on'}
                onPress={() => {
                  if (microphone.state === 'on') lobby.turnOff('microphone');
                  else void lobby.turnOn('microphone');
                }}
              />
              <Toggle
                icon="camera"
                isOn={camera.state === 'on'}
                disabled={camera.state === 'asking'}
                label={camera.state === 'on' ? 'Turn camera off' : 'Turn camera on'}
                onPress={() => {
                  if (camera.state === 'on') lobby.turnOff('camera');
                  else void lobby.turnOn('camera');
                }}
              />
            </div>
          </div>
          {microphone.state === 'on' && <Level track={microphone.track} />}
          <div class="device-selects">
            {microphone.state === 'on' && <DeviceSelect lobby={lobby} kind="microphone" track={microphone.track} />}
            {camera.state === 'on' && <DeviceSelect lobby={lobby} kind="camera" track={camera.track} />}
          </div>
        </section>
        <form
          class="lobby-panel"
          onSubmit={(event) => {
            event.preventDefault();
            void model.join(name.value, remember.value);
          }}
        >
          <h1 data-start tabIndex={-1}>
            Join the call
          </h1>
          <Inside inside={lobby.inside} passes={model.passes} />
          <DeviceTroubles lobby={lobby} />
          <AccessCode passes={model.passes} />
          <div class="field-group">
            <label for="name">Your name</label>
            <input
              id="name"
              class="field"
              required
              maxLength={64}
              autoComplete="off"
              pattern=".*\S.*"
              title="A name that the others will see"
              value={name.value}
              onInput={(event) => {
                name.value = event.currentTarget.value;
              }}
            />
            <p class="hint">Only the people in the call see it.</p>
          </div>
          <label class="check">
            <input
              type="checkbox"
              checked={remember.value}
              onChange={(event) => {
                remember.value = event.currentTarget.checked;
              }}
            />
            Remember my name on this device
          </label>
          <button type="submit" class="button primary large">
            {microphone.state === 'on' ? 'Join' : 'Join, listen only'}
          </button>
          <p class="encrypted-line">
            <Icon name="lock" />
            End-to-end encrypted{region !== undefined && `, over ${region}`}
          </p>
        </form>
      </main>
    </div>
  );
}
