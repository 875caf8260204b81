import type { JSX } from 'preact';
import { Icon } from './icon.tsx';

interface ToggleProps {
  readonly icon: 'microphone' | 'camera' | 'screen';
  readonly isOn: boolean;
  /** What pressing does: it changes with the state, so there is no `aria-pressed` besides. */
  readonly label: string;
  /** A word under the icon where there is room. */
  readonly caption?: string;
  readonly disabled?: boolean;
  readonly onPress: () => void;
}

export function Toggle({ icon, isOn, label, caption, disabled = false, onPress }: ToggleProps): JSX.Element {
  return (
    <button
      type="button"
      class={isOn ? 'control' : 'control is-off'}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onPress}
    >
      <Icon name={isOn ? icon : `${icon}-off`} />
      {caption !== undefined && <span class="caption">{caption}</span>}
    </button>
  );
}
