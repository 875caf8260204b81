import type { JSX } from 'preact';
import type { CallModel } from '../model/call-model.ts';
import { shortcutList } from '../model/shortcuts.ts';
import { Dialog } from './dialog.tsx';

/** What the keys do, and the switch for those without Ctrl. */
export function Shortcuts({ call, onClose }: { call: CallModel; onClose: () => void }): JSX.Element {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl class="shortcuts">
        {shortcutList.map(({ keys, does }) => (
          <div key={keys.join()}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={call.singleKeys.value}
          onChange={(event) => {
            call.singleKeys.value = event.currentTarget.checked;
          }}
        />
        Single-key shortcuts
      </label>
    </Dialog>
  );
}
