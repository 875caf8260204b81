import type { Agreement } from '../../client/index.ts';

/** Whether the person in front of this screen has compared the code: never, this very one, or one before it. */
export type Compared = 'not' | 'this' | 'earlier';

export interface EncryptionState {
  readonly tone: 'calm' | 'good' | 'notice' | 'bad';
  /** For the top bar: text, since an icon alone reads as nothing. */
  readonly chip: string;
  /** The same in a sentence. */
  readonly sentence: string;
}

/** What is true about the keys at this moment, in words. */
export function encryptionState(agreement: Agreement, compared: Compared): EncryptionState {
  switch (agreement.state) {
    case 'alone':
      return { tone: 'calm', chip: 'Encrypted · only you', sentence: 'Nobody else is here yet.' };
    case 'waiting':
      return {
        tone: 'calm',
        chip: 'Encrypted · exchanging keys',
        sentence: 'Keys are on their way. Nobody gets anything of you before they have proved to be invited.',
      };
    case 'agreed':
      return agreed(compared);
    case 'disagreed':
      return {
        tone: 'bad',
        chip: 'Lists differ',
        sentence: 'People see different lists of who is here. Someone is hidden from you or from them.',
      };
  }
}

function agreed(compared: Compared): EncryptionState {
  switch (compared) {
    case 'not':
      return {
        tone: 'calm',
        chip: 'Encrypted · not compared',
        sentence: 'Everybody’s device sees the same people. Compare the code to be sure that nobody stands in between.',
      };
    case 'this':
      return {
        tone: 'good',
        chip: 'Encrypted · compared',
        sentence: 'You compared this code. It changes when somebody joins or leaves.',
      };
    case 'earlier':
      return {
        tone: 'notice',
        chip: 'Encrypted · changed since compared',
        sentence: 'Somebody joined or left since you compared, so there is a new code.',
      };
  }
}

/** 30 digits as six groups of five. */
export function groups(code: string): readonly string[] {
  return code.match(/.{1,5}/gu) ?? [];
}
