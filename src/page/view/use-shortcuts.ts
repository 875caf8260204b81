import { useEffect } from 'preact/hooks';
import type { CallModel } from '../model/call-model.ts';
import { canShareScreen } from '../model/devices.ts';
import { shortcutFor, type Keystroke, type ShortcutAction } from '../model/shortcuts.ts';

/** Listens to keys while a call is on screen. Keeps and reports none of them. */
export function useShortcuts(call: CallModel): void {
  useEffect(() => {
    let talking = false;
    const act = (action: ShortcutAction): boolean => {
      switch (action) {
        case 'microphone':
          void call.toggleMicrophone();
          return true;
        case 'camera':
          void call.toggleCamera();
          return true;
        case 'screen':
          if (canShareScreen()) void call.toggleScreen();
          return true;
        case 'view':
          call.scenery.toggleView();
          return true;
        case 'region':
          return toNextRegion(false);
        case 'region-before':
          return toNextRegion(true);
        case 'invite':
        case 'people':
        case 'encryption':
        case 'shortcuts':
          call.toggle(action);
          return true;
        case 'close':
          if (call.panel.value !== 'encryption' && call.panel.value !== 'people') return false; // a dialog closes by itself
          call.panel.value = 'none';
          return true;
        case 'talk':
          talking = call.microphone.value === 'muted';
          if (talking) void call.toggleMicrophone();
          return talking;
      }
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      const action = shortcutFor(strokeOf(event), call.singleKeys.value);
      if (action !== undefined && act(action)) event.preventDefault();
    };
    const release = (): void => {
      if (!talking) return;
      talking = false;
      if (call.microphone.value === 'on') void call.toggleMicrophone();
    };
    const onKeyUp = (event: KeyboardEvent): void => {
      if (event.key === ' ') release();
    };
    addEventListener('keydown', onKeyDown);
    addEventListener('keyup', onKeyUp);
    // Whoever switches away while talking must not stay on the air.
    addEventListener('blur', release);
    return () => {
      removeEventListener('keydown', onKeyDown);
      removeEventListener('keyup', onKeyUp);
      removeEventListener('blur', release);
    };
  }, [call]);
}

/** From pictures to buttons to an open panel, and round again. */
function toNextRegion(backwards: boolean): boolean {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')];
  const here = regions.findIndex((region) => region.contains(document.activeElement));
  const step = backwards ? -1 : 1;
  const next = regions.at(here < 0 ? 0 : (here + step) % regions.length);
  const entry = next?.querySelector<HTMLElement>('[tabindex="0"], button:not(:disabled, [tabindex="-1"])');
  (entry ?? next)?.focus();
  return true;
}

function strokeOf(event: KeyboardEvent): Keystroke {
  return {
    key: event.key,
    shift: event.shiftKey,
    modifier: (event.ctrlKey || event.metaKey) && !event.altKey,
    repeated: event.repeat,
    target: targetOf(event.target),
  };
}

function targetOf(target: EventTarget | null): Keystroke['target'] {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox])')) return 'field';
  return target.matches('button, a, summary, input') ? 'control' : 'page';
}
