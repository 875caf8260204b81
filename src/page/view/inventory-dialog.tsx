import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { CallModel } from '../model/call-model.ts';
import { inventoryWords } from '../words/inventory.ts';
import { Dialog } from './dialog.tsx';

/** Everything that the router holds on oneself at this moment: in words, and as it said it. */
export function InventoryDialog({ call, onClose }: { call: CallModel; onClose: () => void }): JSX.Element {
  useEffect(() => {
    void call.askInventory();
  }, [call]);
  const known = call.known.value;
  return (
    <Dialog title="What the router knows about you" onClose={onClose}>
      <div class="honesty inventory">
        <p role="status">
          {known.state === 'asking' && 'Asking the router…'}
          {known.state === 'failed' && 'The router did not answer. Ask again when you are connected.'}
          {known.state === 'told' &&
            `This is what it says it holds, as of ${known.at.toLocaleTimeString()}. None of it is written down.`}
        </p>
        {known.state === 'told' && (
          <>
            {inventoryWords(known.inventory, known.at).map(({ title, lines }) => (
              <section key={title}>
                <h3>{title}</h3>
                <ul>
                  {lines.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </section>
            ))}
            <details>
              <summary>As the router said it</summary>
              <pre tabIndex={0} role="region" aria-label="As the router said it">
                {JSON.stringify(known.inventory, null, 2)}
              </pre>
            </details>
          </>
        )}
        <button
          type="button"
          class="button"
          disabled={known.state === 'asking'}
          onClick={() => {
            void call.askInventory();
          }}
        >
          Ask again
        </button>
      </div>
    </Dialog>
  );
}
