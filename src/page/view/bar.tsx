import type { JSX } from 'preact';
import type { CallModel, Panel } from '../model/call-model.ts';
import { canShareScreen } from '../model/devices.ts';
import { Icon, type IconName } from './icon.tsx';
import { Toggle } from './toggle.tsx';

/** What one can do, always in the same place. */
export function Bar({ call }: { call: CallModel }): JSX.Element {
  const microphone = call.microphone.value;
  const camera = call.camera.value;
  const screen = call.screen.value;
  return (
    <nav class="bar" aria-label="Call controls" data-region>
      <div class="bar-group">
        <Toggle
          icon="microphone"
          isOn={microphone === 'on'}
          disabled={microphone === 'starting'}
          label={microphone === 'on' ? 'Mute' : 'Unmute'}
          caption={microphone === 'on' ? 'Mute' : 'Unmute'}
          onPress={() => void call.toggleMicrophone()}
        />
        <Toggle
          icon="camera"
          isOn={camera === 'on'}
          disabled={camera === 'starting'}
          label={camera === 'on' ? 'Turn camera off' : 'Turn camera on'}
          caption={camera === 'on' ? 'Camera off' : 'Camera on'}
          onPress={() => void call.toggleCamera()}
        />
        {canShareScreen() && (
          <Toggle
            icon="screen"
            isOn={screen !== 'on'}
            disabled={screen === 'starting'}
            label={screen === 'on' ? 'Stop sharing' : 'Share screen'}
            caption={screen === 'on' ? 'Stop' : 'Share'}
            onPress={() => void call.toggleScreen()}
          />
        )}
        <PanelButton call={call} panel="invite" icon="invite" label="Invite" />
        <PanelButton call={call} panel="people" icon="people" label="People" />
        <PanelButton call={call} panel="shortcuts" icon="keyboard" label="Shortcuts" />
      </div>
      <button type="button" class="control leave" aria-label="Leave" title="Leave" onClick={() => void call.leave()}>
        <Icon name="leave" />
        <span class="caption">Leave</span>
      </button>
    </nav>
  );
}

interface PanelButtonProps {
  readonly call: CallModel;
  readonly panel: Panel;
  readonly icon: IconName;
  readonly label: string;
}

function PanelButton({ call, panel, icon, label }: PanelButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class={`control panel-${panel}`}
      title={label}
      aria-label={label}
      aria-expanded={call.panel.value === panel}
      onClick={() => {
        call.toggle(panel);
      }}
    >
      <Icon name={icon} />
      <span class="caption">{label}</span>
    </button>
  );
}
