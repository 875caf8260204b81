import type { JSX } from 'preact';
import type { Passes } from '../model/passes.ts';
import { codeHint } from '../words/access-code.ts';

/** What a router wants that lets in with an access code only; nothing for others. */
export function AccessCode({ passes }: { passes: Passes }): JSX.Element {
  const state = passes.code.value;
  const keeps = passes.keeps.value;
  const refused = state === 'refused';
  return (
    <>
      {state !== 'none' && (
        <div class="field-group">
          <label for="access-code">Access code</label>
          <input
            id="access-code"
            class="field"
            name="access-code"
            required
            maxLength={200}
            autoComplete="off"
            autoCapitalize="none"
            spellcheck={false}
            readOnly={state === 'taken'}
            aria-invalid={refused}
            aria-describedby="access-code-hint"
            value={passes.typed.value}
            onInput={(event) => {
              passes.typed.value = event.currentTarget.value;
            }}
            onChange={() => {
              passes.useCode();
            }}
          />
          <p id="access-code-hint" class={refused ? 'code-hint field-error' : 'code-hint hint'} role="status">
            {codeHint(state)}
          </p>
        </div>
      )}
      {(state !== 'none' || keeps) && (
        <label class="check">
          <input
            type="checkbox"
            checked={keeps}
            onChange={(event) => {
              passes.keep(event.currentTarget.checked);
            }}
          />
          Keep my passes on this device
        </label>
      )}
    </>
  );
}
