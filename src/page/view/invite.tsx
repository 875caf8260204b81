import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Invitation } from '../../client/index.ts';
import { Icon } from './icon.tsx';
import { QrCode } from './qr.tsx';

/** The invitation to hand on: as a link, to a phone's share sheet, and as a QR code. */
export function Invite({ invitation, origin }: { invitation: Invitation; origin: string }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const state = useSignal<'idle' | 'copied' | 'selected'>('idle');
  const link = invitation.link(origin);
  const said = useComputed(
    () => ({ idle: '', copied: 'Copied.', selected: 'Press Ctrl+C or Cmd+C to copy.' })[state.value],
  );
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      state.value = 'copied';
    } catch {
      field.current?.select();
      state.value = 'selected';
    }
  };
  return (
    <div class="invite">
      <QrCode text={link} label="QR code of the invitation" />
      <div class="invite-words">
        <p>Whoever has this link can join. Send it over something that you trust.</p>
        <input
          ref={field}
          class="field"
          readOnly
          value={link}
          aria-label="Invitation link"
          onFocus={(event) => {
            event.currentTarget.select();
          }}
        />
        <div class="actions">
          <button type="button" class="button primary" onClick={() => void copy()}>
            <Icon name={state.value === 'copied' ? 'check' : 'copy'} />
            {state.value === 'copied' ? 'Copied' : 'Copy link'}
          </button>
          {canShare() && (
            <button
              type="button"
              class="button"
              // Rejects when its user changes their mind, which is nothing to tell.
              onClick={() => void navigator.share({ title: 'A call', url: link }).catch(() => undefined)}
            >
              <Icon name="share" />
              Share
            </button>
          )}
        </div>
        <p class="visually-hidden" role="status">
          {said}
        </p>
      </div>
    </div>
  );
}

/** Phones and tablets have a share sheet worth offering; a desktop's copies less well than the button beside it. */
function canShare(): boolean {
  return 'share' in navigator && matchMedia('(pointer: coarse)').matches;
}
