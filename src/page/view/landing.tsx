import type { JSX } from 'preact';
import { useSignal } from '@preact/signals';
import type { PageModel } from '../model/page-model.ts';
import { Brand } from './brand.tsx';
import { Dialog } from './dialog.tsx';
import { Honesty } from './honesty.tsx';
import { Where } from './where.tsx';
import { Figure } from './figure.tsx';

/** Start a call, or follow an invitation. */
export function Landing({ model }: { model: PageModel }): JSX.Element {
  const text = useSignal('');
  const explaining = useSignal(false);
  const starting = model.starting.value;
  const refused = model.pasteRefused.value;
  return (
    <div class="landing">
      <header class="page-head">
        <Brand />
      </header>
      <main class="landing-main">
        <div class="landing-words">
          <h1 data-start tabIndex={-1}>
            Calls that only the people in them can hear.
          </h1>
          <p class="lead">No account, nothing to install. Start a call and send the link to whoever should be in it.</p>
          <button type="button" class="button primary large" disabled={starting} onClick={() => void model.start()}>
            {starting ? 'Starting…' : 'Start a call'}
          </button>
          <Where regions={model.regions} />
          <form
            class="paste"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              model.paste(text.value);
            }}
          >
            <label for="paste">Or paste an invitation</label>
            <div class="paste-row">
              <input
                id="paste"
                class="field"
                type="url"
                inputMode="url"
                autoComplete="off"
                spellcheck={false}
                placeholder={`${model.origin}/#…`}
                value={text.value}
                aria-invalid={refused}
                aria-describedby={refused ? 'paste-refused' : undefined}
                onInput={(event) => {
                  text.value = event.currentTarget.value;
                  model.pasteRefused.value = false;
                }}
              />
              <button type="submit" class="button" disabled={text.value.trim() === ''}>
                Open
              </button>
            </div>
            <p id="paste-refused" class="field-error" role="alert">
              {refused ? 'That is no invitation. It begins with https:// and has a # in it.' : ''}
            </p>
          </form>
        </div>
        <Figure />
      </main>
      <footer class="landing-foot">
        <p>
          Calls are encrypted on your devices. This router sees your IP address while you are in a call, and keeps no
          record of it.{' '}
          <button
            type="button"
            class="link"
            onClick={() => {
              explaining.value = true;
            }}
          >
            What it can see
          </button>
        </p>
      </footer>
      {explaining.value && (
        <Dialog
          title="What it can see"
          onClose={() => {
            explaining.value = false;
          }}
        >
          <Honesty />
        </Dialog>
      )}
    </div>
  );
}
