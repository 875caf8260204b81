import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { CallModel } from '../model/call-model.ts';
import { Banners } from './banners.tsx';
import { Bar } from './bar.tsx';
import { Dialog } from './dialog.tsx';
import { EncryptionChip, EncryptionPanel } from './encryption-panel.tsx';
import { InventoryDialog } from './inventory-dialog.tsx';
import { Icon } from './icon.tsx';
import { Invite } from './invite.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Stage } from './stage.tsx';
import { useShortcuts } from './use-shortcuts.ts';

/** In a call: who is there, what is wrong, and what one can do; each shown in one place only. */
export function CallScreen({ call, origin }: { call: CallModel; origin: string }): JSX.Element {
  useShortcuts(call);
  useSignalEffect(() => {
    const people = call.participants.value.length + 1;
    document.title = `(${people}) Call${call.microphone.value === 'on' ? '' : ' · muted'} · Sotto`;
  });
  useEffect(() => {
    const touched = (): void => {
      call.scenery.touched();
    };
    addEventListener('pointerdown', touched, { capture: true });
    return () => {
      removeEventListener('pointerdown', touched, { capture: true });
    };
  }, [call]);
  const panel = call.panel.value;
  // The inventory is a dialog above the panel that its button is in.
  const isEncryption = panel === 'encryption' || panel === 'inventory';
  const isBeside = isEncryption || panel === 'people';
  const close = (): void => {
    call.panel.value = 'none';
  };
  return (
    <div class={isBeside ? 'call has-panel' : 'call'}>
      <header class="top-bar">
        <h1 class="visually-hidden">Call</h1>
        <EncryptionChip call={call} />
        <ViewButton call={call} />
      </header>
      <Banners call={call} />
      <Stage call={call} origin={origin} />
      {isEncryption && <EncryptionPanel call={call} onClose={close} />}
      {panel === 'people' && <PeoplePanel call={call} onClose={close} />}
      <Bar call={call} />
      {panel === 'invite' && (
        <Dialog title="Invite people" onClose={close}>
          <Invite invitation={call.invitation} origin={origin} />
        </Dialog>
      )}
      {panel === 'inventory' && (
        <InventoryDialog
          call={call}
          onClose={() => {
            call.panel.value = 'encryption';
          }}
        />
      )}
      {panel === 'shortcuts' && <Shortcuts call={call} onClose={close} />}
      <p class="visually-hidden" role="status">
        {call.announcement}
      </p>
    </div>
  );
}

/** Everybody alike, or who speaks large; where there is a choice. */
function ViewButton({ call }: { call: CallModel }): JSX.Element | null {
  const shown = call.scenery.shown.value;
  if (call.participants.value.length < 2 || shown === 'stage') return null;
  const isSpeaker = shown === 'speaker';
  const label = isSpeaker ? 'Show everybody' : 'Show who speaks';
  return (
    <button
      type="button"
      class="icon-button view-button"
      aria-label={label}
      title={label}
      onClick={() => {
        call.scenery.toggleView();
      }}
    >
      <Icon name={isSpeaker ? 'grid' : 'speaker'} />
    </button>
  );
}
