/** What a key can do in a call. */
export type ShortcutAction =
  | 'microphone'
  | 'camera'
  | 'screen'
  | 'view'
  | 'invite'
  | 'people'
  | 'encryption'
  | 'shortcuts'
  | 'region'
  | 'region-before'
  | 'close'
  | 'talk';

export interface Keystroke {
  readonly key: string;
  readonly modifier: boolean;
  readonly shift: boolean;
  readonly repeated: boolean;
  /** A field, a button or the like has the focus and may want the key itself. */
  readonly target: 'field' | 'control' | 'page';
}

const withModifier: Readonly<Record<string, ShortcutAction>> = { d: 'microphone', e: 'camera' };
const alone: Readonly<Record<string, ShortcutAction>> = {
  m: 'microphone',
  v: 'camera',
  s: 'screen',
  g: 'view',
  p: 'people',
  i: 'invite',
  k: 'encryption',
  '?': 'shortcuts',
};

/** What a keystroke means, or undefined. `singleKeys` false: only those with Ctrl or Cmd, and Escape. */
export function shortcutFor(stroke: Keystroke, singleKeys: boolean): ShortcutAction | undefined {
  const key = stroke.key.toLowerCase();
  if (key === 'escape') return 'close';
  if (key === 'f6' || key === 'f2') return stroke.shift ? 'region-before' : 'region';
  if (stroke.repeated) return undefined;
  if (stroke.modifier) return withModifier[key];
  if (!singleKeys || stroke.target === 'field') return undefined;
  if (key === ' ') return stroke.target === 'page' ? 'talk' : undefined;
  return alone[key];
}

/** For the list that `?` shows. */
export const shortcutList: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['M'], does: 'Mute and unmute' },
  { keys: ['V'], does: 'Camera on and off' },
  { keys: ['Space'], does: 'Hold to talk while muted' },
  { keys: ['Ctrl', 'D'], does: 'Mute and unmute (Cmd on a Mac)' },
  { keys: ['Ctrl', 'E'], does: 'Camera on and off (Cmd on a Mac)' },
  { keys: ['S'], does: 'Share your screen, and stop' },
  { keys: ['G'], does: 'Everybody, or who speaks' },
  { keys: ['P'], does: 'People' },
  { keys: ['I'], does: 'Invite people' },
  { keys: ['K'], does: 'Encryption' },
  { keys: ['F6'], does: 'From pictures to buttons to panel' },
  { keys: ['←', '→', '↑', '↓'], does: 'From picture to picture' },
  { keys: ['Enter'], does: 'Pin the picture, and unpin' },
  { keys: ['?'], does: 'This list' },
  { keys: ['Esc'], does: 'Close what is open on top' },
];
