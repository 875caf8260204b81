import type { JSX } from 'preact';
import type { LookInside } from '../model/look-inside.ts';
import type { Passes } from '../model/passes.ts';
import { insideWords } from '../words/inside.ts';

/** Who is in the call, and where telling that costs a pass, the offer to ask. */
export function Inside({ inside, passes }: { inside: LookInside; passes: Passes }): JSX.Element {
  const seen = inside.seen.value;
  const costly = inside.costly.value;
  const code = passes.code.value;
  const words = seen === undefined ? '' : insideWords(seen, new Date());
  return (
    <>
      <p class="inside" role="status">
        {costly === 'failed' ? 'The router did not tell who is in the call.' : words}
      </p>
      {costly !== 'no' && (code === 'none' || code === 'taken') && (
        <button type="button" class="link inside-ask" disabled={costly === 'looking'} onClick={() => void inside.ask()}>
          {seen === undefined ? 'See who is in the call' : 'Look again'}
        </button>
      )}
    </>
  );
}
