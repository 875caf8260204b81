import type { JSX } from 'preact';
import type { ShownCall } from '../../call/outcome/shown-call.ts';

/** What must be so, whether it was, and what was found. */
export function Verdicts({ call: { verdicts, complaints } }: { call: ShownCall }): JSX.Element {
  return (
    <>
      <table class="verdicts">
        <thead>
          <tr>
            <th>Outcome</th>
            <th>What must be so</th>
            <th>Found</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.map(({ rule, ok, judged, must, figure, faults }) => (
            <tr key={rule} data-rule={rule}>
              <Mark ok={ok} judged={judged} />
              <td>
                {must}
                {faults.length > 0 && (
                  <ul>
                    {faults.map((fault) => (
                      <li key={fault}>{fault}</li>
                    ))}
                  </ul>
                )}
              </td>
              <td>{figure}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {complaints > 0 && <p>The pages complained {complaints} times: see what the tool said.</p>}
    </>
  );
}

function Mark({ ok, judged }: { ok: boolean; judged: number }): JSX.Element {
  if (judged === 0) return <td class="mark faint">– not asked</td>;
  return <td class={`mark ${ok ? 'good' : 'bad'}`}>{ok ? '✓ passed' : '✗ failed'}</td>;
}
