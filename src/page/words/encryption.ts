import type { Agreement } from '../../client/index.ts';

/** With how many of the others the code was compared. */
export interface Compared {
  readonly with: number;
  readonly of: number;
}

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

function agreed({ with: done, of }: Compared): EncryptionState {
  if (done === 0)
    return {
      tone: 'calm',
      chip: 'Encrypted · not compared',
      sentence: 'Everybody’s device sees the same people. Compare the code to be sure that nobody stands in between.',
    };
  if (done < of)
    return {
      tone: 'notice',
      chip: `Encrypted · compared with ${done} of ${of}`,
      sentence: 'Somebody joined since you compared. There is a new code.',
    };
  return {
    tone: 'good',
    chip: 'Encrypted · compared',
    sentence: 'You compared with everybody here. The code changes when somebody joins or leaves.',
  };
}

/** 30 digits as six groups of five. */
export function groups(code: string): readonly string[] {
  return code.match(/.{1,5}/gu) ?? [];
}
