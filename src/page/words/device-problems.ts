/** What a browser allows a page to use. */
export type DeviceKind = 'microphone' | 'camera';

export type DeviceTrouble = 'denied' | 'denied-by-system' | 'missing' | 'busy' | 'not-https' | 'frame';

export interface Advice {
  readonly title: string;
  readonly body: string;
  /** Undefined: nothing to press. */
  readonly action: string | undefined;
}

/** What to tell somebody whose device cannot be used, and what they can do. */
export function adviceFor(trouble: DeviceTrouble, kind: DeviceKind): Advice {
  switch (trouble) {
    case 'denied':
      return {
        title: `Your browser blocks the ${kind} for this page.`,
        body: `Open the icon left of the address and allow the ${kind}. In Safari: menu Safari, Settings for this website.`,
        action: 'Try again',
      };
    case 'denied-by-system':
      return {
        title: `Your computer blocks the ${kind} for this browser.`,
        body: `macOS: System Settings, Privacy & Security, ${capital(kind)}. Windows: Settings, Privacy, ${capital(kind)}.`,
        action: 'Try again',
      };
    case 'missing':
      return {
        title: `No ${kind} found.`,
        body: 'Plug one in and try again, or join without.',
        action: 'Try again',
      };
    case 'busy':
      return {
        title: `Another app is using the ${kind}.`,
        body: 'Close it, then try again.',
        action: 'Try again',
      };
    case 'not-https':
      return {
        title: `Browsers only allow a ${kind} on https.`,
        body: 'The address of this page should begin with https://.',
        action: undefined,
      };
    case 'frame':
      return {
        title: `The page that shows this call does not pass on the ${kind}.`,
        body: 'Open the call in a tab of its own. For the owner of that page: its frame needs allow="camera; microphone".',
        action: undefined,
      };
  }
}

/** A screen that was chosen and could not be had. */
export const screenNotShared: Advice = {
  title: 'Your screen could not be shared.',
  body: 'Your browser or your computer does not let this page see it. Try again, or choose a window or a tab.',
  action: undefined,
};

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
