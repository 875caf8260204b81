import type { Source } from '../../shared/identity/source.ts';
import { CallError } from './call-error.ts';
import type { CallErrorCode, TurnOnOptions } from './types.ts';

/** Height in pixels that is sent when nobody says otherwise. */
export const defaultMaxHeight = 720;

/** What the browser's refusals mean (W3C Media Capture and Streams, getUserMedia). */
const codes: Readonly<Record<string, CallErrorCode>> = {
  NotAllowedError: 'device-denied',
  SecurityError: 'device-denied',
  NotFoundError: 'device-missing',
  OverconstrainedError: 'device-missing',
  NotReadableError: 'device-busy',
  AbortError: 'device-busy',
};

/**
 * A track of the microphone, camera or screen; the browser may ask its user first.
 * Rejects with CallError `device-denied`, `device-missing`, `device-busy` or `not-https`.
 */
export async function capture(source: Source, options: TurnOnOptions): Promise<MediaStreamTrack> {
  // Not there at all outside secure contexts, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new CallError('not-https');
  try {
    const stream = await streamOf(devices, source, options);
    const [track] = stream.getTracks();
    if (track === undefined) throw new CallError('device-missing');
    return track;
  } catch (error) {
    if (error instanceof CallError) throw error;
    const name = error instanceof Error || error instanceof DOMException ? error.name : '';
    throw new CallError(codes[name] ?? 'device-missing');
  }
}

function streamOf(devices: MediaDevices, source: Source, options: TurnOnOptions): Promise<MediaStream> {
  const { deviceId, maxHeight = defaultMaxHeight } = options;
  const exact = deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
  if (source === 'microphone') return devices.getUserMedia({ audio: { ...exact, channelCount: { ideal: 1 } } });
  if (source === 'camera') {
    const size = { height: { ideal: maxHeight }, width: { ideal: Math.round((maxHeight * 16) / 9) } };
    return devices.getUserMedia({ video: { ...exact, ...size, frameRate: { ideal: 30 } } });
  }
  return devices.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: false });
}
