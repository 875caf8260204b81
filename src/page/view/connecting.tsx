import type { JSX } from 'preact';
import type { PageModel } from '../model/page-model.ts';
import { Brand } from './brand.tsx';

/** While the router and the others are being greeted. */
export function Connecting({ model }: { model: PageModel }): JSX.Element {
  return (
    <div class="message">
      <header class="page-head">
        <Brand />
      </header>
      <main class="message-main">
        <div class="progress" aria-hidden="true" />
        <h1 data-start tabIndex={-1}>
          Joining…
        </h1>
        <p class="lead">Greeting the router, then exchanging keys with everybody in the call.</p>
        <div class="actions">
          <button
            type="button"
            class="button"
            onClick={() => {
              model.cancel();
            }}
          >
            Cancel
          </button>
        </div>
      </main>
    </div>
  );
}
