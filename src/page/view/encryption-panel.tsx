import type { JSX } from 'preact';
import type { CallModel } from '../model/call-model.ts';
import { encryptionState, groups } from '../words/encryption.ts';
import { markOf, nameOf } from '../words/people.ts';
import { Honesty } from './honesty.tsx';
import { Icon } from './icon.tsx';
import { SidePanel } from './side-panel.tsx';

/** In the top bar: what is true about the keys, in words. Opens the panel. */
export function EncryptionChip({ call }: { call: CallModel }): JSX.Element {
  const { tone, chip } = encryptionState(call.agreement.value, call.compared.value);
  return (
    <button
      type="button"
      class={`chip ${tone}`}
      aria-expanded={call.panel.value === 'encryption'}
      onClick={() => {
        call.toggle('encryption');
      }}
    >
      <Icon name={tone === 'bad' ? 'alert' : 'lock'} />
      {chip}
    </button>
  );
}

/** Who is here, the code to compare, and what all this protects and does not. */
export function EncryptionPanel({ call, onClose }: { call: CallModel; onClose: () => void }): JSX.Element {
  const agreement = call.agreement.value;
  const compared = call.compared.value;
  return (
    <SidePanel title="Encryption" onClose={onClose}>
      <p class="lead">
        Everything you say and show is encrypted on your device and decrypted only on the devices below.
      </p>
      <ul class="people">
        <li>
          <span class="person-name">{call.ownName} (you)</span>
          <span class="person-mark">This device</span>
        </li>
        {call.participants.value.map((person) => (
          <li key={person.id}>
            <span class="person-name">{nameOf(person)}</span>
            <span class={`person-mark ${person.standing}`}>{markOf(person, call.comparedWith.value)}</span>
          </li>
        ))}
      </ul>
      <section class={`compare ${agreement.state}`} aria-labelledby="compare-title">
        <h3 id="compare-title">Compare codes</h3>
        <p>{encryptionState(agreement, compared).sentence}</p>
        {agreement.state === 'agreed' && (
          <>
            <ol class="code" aria-label="Verification code, six groups of five digits">
              {groups(agreement.code).map((group, index) => (
                <li key={index}>{group}</li>
              ))}
            </ol>
            <p class="hint">
              For {agreement.people} {agreement.people === 1 ? 'person' : 'people'}. Read it aloud. If one digit
              differs, someone is between you: hang up.
            </p>
            {compared.with < compared.of && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  call.markCompared();
                }}
              >
                <Icon name="check" />
                All digits are the same
              </button>
            )}
          </>
        )}
      </section>
      <section class="known" aria-labelledby="known-title">
        <h3 id="known-title">What the router knows about you</h3>
        <p>It tells you everything that it holds on you at this moment.</p>
        <button
          type="button"
          class="button"
          onClick={() => {
            call.panel.value = 'inventory';
          }}
        >
          Ask the router
        </button>
      </section>
      <Honesty />
    </SidePanel>
  );
}
