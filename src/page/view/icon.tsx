import {
  AudioLines,
  Check,
  ChevronLeft,
  ChevronRight,
  CircleAlert,
  Copy,
  EyeOff,
  Keyboard,
  LayoutGrid,
  LockKeyhole,
  Maximize,
  Mic,
  MicOff,
  PhoneOff,
  Pin,
  PinOff,
  ScreenShare,
  ScreenShareOff,
  Share2,
  UserPlus,
  UserSquare,
  Users,
  Video,
  VideoOff,
  Volume2,
  X,
} from 'lucide';
import { h, type JSX } from 'preact';

const icons = {
  alert: CircleAlert,
  camera: Video,
  'camera-off': VideoOff,
  check: Check,
  close: X,
  enlarge: Maximize,
  grid: LayoutGrid,
  copy: Copy,
  hidden: EyeOff,
  invite: UserPlus,
  keyboard: Keyboard,
  leave: PhoneOff,
  lock: LockKeyhole,
  microphone: Mic,
  'microphone-off': MicOff,
  next: ChevronRight,
  people: Users,
  pin: Pin,
  previous: ChevronLeft,
  screen: ScreenShare,
  'screen-off': ScreenShareOff,
  share: Share2,
  sound: Volume2,
  speaker: UserSquare,
  speaking: AudioLines,
  unpin: PinOff,
} as const;

export type IconName = keyof typeof icons;

/** A drawing beside words; screen readers get the words only. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {icons[name].map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
