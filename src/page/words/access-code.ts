/**
 * `none`: no code is asked for, as far as is known. `needed`: passes are made only for who has an access code. `checking`, `taken`,
 * `refused`: what the issuer says of the code that was given.
 */
export type AccessCode = 'none' | 'needed' | 'checking' | 'taken' | 'refused';

/** What stands under the field for an access code: never more than two lines, so that nothing moves under a finger. */
export function codeHint(state: Exclude<AccessCode, 'none'>): string {
  switch (state) {
    case 'needed':
      return 'From whoever runs this router. It gets you passes that do not tell whose they are.';
    case 'checking':
      return 'Getting passes…';
    case 'taken':
      return 'Accepted. You have passes that do not tell whose they are.';
    case 'refused':
      return 'This code was not accepted. Ask whoever runs this router for another.';
  }
}
