import type { JSX } from 'preact';
import type { CallModel } from '../model/call-model.ts';
import { connectionNote } from '../words/connection.ts';
import { Icon } from './icon.tsx';

/** What everybody in front of this screen should know at once, most serious first. */
export function Banners({ call }: { call: CallModel }): JSX.Element {
  const advice = call.advice.value;
  const isSplit = call.agreement.value.state === 'disagreed';
  const connection = connectionNote(call.connection.value);
  return (
    <div class="banners">
      {isSplit && (
        <div class="banner bad" role="alert">
          <Icon name="alert" />
          <p>
            <strong>People see different lists of who is here.</strong> Someone is hidden from you or from them.
          </p>
          <div class="banner-actions">
            <button
              type="button"
              class="button small"
              onClick={() => {
                call.panel.value = 'encryption';
              }}
            >
              Compare lists
            </button>
            <button type="button" class="button small" onClick={() => void call.leave()}>
              Leave
            </button>
          </div>
        </div>
      )}
      {connection !== undefined && (
        <div class="banner" role="status">
          <span class="spinner" aria-hidden="true" />
          <p>
            <strong>{connection.title}</strong> {connection.body}
          </p>
        </div>
      )}
      {call.soundBlocked.value && (
        <div class="banner" role="status">
          <Icon name="sound" />
          <p>Your browser holds the sound back until you press something.</p>
          <div class="banner-actions">
            <button type="button" class="button small" onClick={() => void call.unlockSound()}>
              Turn on sound
            </button>
          </div>
        </div>
      )}
      {advice !== undefined && (
        <div class="banner" role="status">
          <Icon name="alert" />
          <p>
            <strong>{advice.title}</strong> {advice.body}
          </p>
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss"
            onClick={() => {
              call.advice.value = undefined;
            }}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
