import type { AccessCode } from '../model/passes.ts';

/** What stands under the field for an access code. */
export function codeHint(state: Exclude<AccessCode, 'none'>): string {
  switch (state) {
    case 'needed':
      return 'Whoever runs this router gives it out. It is exchanged for passes that do not tell whose they are.';
    case 'checking':
      return 'Getting passes…';
    case 'taken':
      return 'Accepted. The passes that you got do not tell whose they are.';
    case 'refused':
      return 'This code was not accepted. Ask whoever runs this router for another.';
  }
}
