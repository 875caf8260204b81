import type { DeviceKind, DeviceTrouble } from '../words/device-problems.ts';

export type Captured =
  { readonly ok: true; readonly track: MediaStreamTrack } | { readonly ok: false; readonly trouble: DeviceTrouble };

/** Gets tracks of the devices asked for. The browser may ask its user first. Never rejects. */
export type Capture = (wanted: Wanted) => Promise<Partial<Record<DeviceKind, Captured>>>;

/** For each kind that is wanted, which device: undefined for the browser's choice. */
export type Wanted = Partial<Record<DeviceKind, { readonly deviceId: string | undefined }>>;

/** Both kinds in one question where possible; each on its own when that fails, to tell which one it is. */
export async function captureDevices(wanted: Wanted): Promise<Partial<Record<DeviceKind, Captured>>> {
  const kinds = (['microphone', 'camera'] as const).filter((kind) => wanted[kind] !== undefined);
  // Not there at all outside secure contexts, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return each(kinds, () => ({ ok: false, trouble: 'not-https' }));
  try {
    const stream = await devices.getUserMedia(constraintsFor(wanted));
    return each(kinds, (kind) => {
      const track = kind === 'camera' ? stream.getVideoTracks()[0] : stream.getAudioTracks()[0];
      return track === undefined ? { ok: false, trouble: 'missing' } : { ok: true, track };
    });
  } catch (error) {
    const [only, second] = kinds;
    if (only === undefined) return {};
    if (second === undefined) return { [only]: { ok: false, trouble: troubleOf(error, isFramed()) } };
    return {
      ...(await captureDevices({ [only]: wanted[only] })),
      ...(await captureDevices({ [second]: wanted[second] })),
    };
  }
}

function constraintsFor({ microphone, camera }: Wanted): MediaStreamConstraints {
  return {
    ...(microphone === undefined
      ? {}
      : {
          audio: {
            ...chosen(microphone.deviceId),
            echoCancellation: true,
            noiseSuppression: true,
            autoGainControl: true,
          },
        }),
    ...(camera === undefined
      ? {}
      : {
          video: {
            ...chosen(camera.deviceId),
            width: { ideal: 1280 },
            height: { ideal: 720 },
            frameRate: { ideal: 30 },
          },
        }),
  };
}

function chosen(deviceId: string | undefined): MediaTrackConstraints {
  return deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
}

/** What getUserMedia's refusal means (W3C Media Capture and Streams; Chromium tells the system's from the site's by its text). */
export function troubleOf(error: unknown, framed: boolean): DeviceTrouble {
  const { name, message } = error instanceof DOMException ? error : { name: '', message: '' };
  switch (name) {
    case 'NotAllowedError':
      return /system/iu.test(message) ? 'denied-by-system' : framed ? 'frame' : 'denied';
    case 'SecurityError':
      return framed ? 'frame' : 'denied';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'missing';
  }
}

function isFramed(): boolean {
  return window.top !== window;
}

function each(
  kinds: readonly DeviceKind[],
  answer: (kind: DeviceKind) => Captured,
): Partial<Record<DeviceKind, Captured>> {
  return Object.fromEntries(kinds.map((kind) => [kind, answer(kind)]));
}

/** The devices of one kind by name, once the browser tells names (after the first permission). */
export async function listDevices(kind: DeviceKind): Promise<readonly MediaDeviceInfo[]> {
  const wanted = kind === 'camera' ? 'videoinput' : 'audioinput';
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === wanted);
  return devices.some(({ label }) => label !== '') ? devices : [];
}

/** Whether this browser can share a screen at all; those of phones cannot. */
export function canShareScreen(): boolean {
  const devices = navigator.mediaDevices as Partial<MediaDevices> | undefined;
  return devices?.getDisplayMedia !== undefined;
}
