import type { JSX } from 'preact';
import type { Regions } from '../model/regions.ts';
import { askedWords, foundWords, listRefused, refusedWords, routerName, roundTripWords } from '../words/regions.ts';

/** Which router a new call starts on, where its operator has several; nothing where there is one. */
export function Where({ regions }: { regions: Regions }): JSX.Element | null {
  const routers = regions.routers.value;
  const found = regions.found.value;
  const choice = regions.choice.value;
  const refused = regions.refused.value;
  if (refused !== undefined)
    return (
      <p class="where field-error" role="alert">
        {listRefused[refused]}
      </p>
    );
  if (routers.length < 2) return null;
  const strangers = routers.filter(({ url }) => found.get(url)?.standing === 'wrong-key');
  return (
    <div class="where">
      <label for="where">Router</label>
      <select
        id="where"
        class="field"
        aria-describedby="where-hint"
        value={choice ?? ''}
        onChange={({ currentTarget: { value } }) => {
          regions.choose(value === '' ? undefined : value);
        }}
      >
        <option value="">{nearestWords(regions)}</option>
        {routers.map((router) => {
          const of = found.get(router.url);
          return (
            <option key={router.url} value={router.url} disabled={of !== undefined && of.standing !== 'ready'}>
              {routerName(router, routers) + foundWords(of)}
            </option>
          );
        })}
      </select>
      {choice !== undefined && (
        <label class="check">
          <input
            type="checkbox"
            checked={regions.keeps.value}
            onChange={(event) => {
              regions.keep(event.currentTarget.checked);
            }}
          />
          Always this one on this device
        </label>
      )}
      <p id="where-hint" class="hint" role="status">
        {askedWords(routers.length, choice !== undefined)}
      </p>
      {strangers.length > 0 && (
        <p class="field-error" role="alert">
          {refusedWords(strangers.map((one) => routerName(one, routers)))}
        </p>
      )}
    </div>
  );
}

function nearestWords(regions: Regions): string {
  const nearest = regions.nearest.value;
  if (nearest !== undefined)
    return `Nearest: ${routerName(nearest, regions.routers.value)}, ${roundTripWords(nearest.roundTripMs)}`;
  if (regions.looking.value) return 'Nearest: looking…';
  return regions.choice.value === undefined ? 'Nearest: none starts calls' : 'The nearest';
}
