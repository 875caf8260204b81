import { CallError } from './call-error.ts';
import type { CallErrorCode, TurnOnOptions } from './types.ts';

/** Height in pixels that is sent of a camera when nobody says otherwise. */
export const defaultMaxHeight = 720;
/** The same for a screen: text of usual size on a usual screen stays readable. */
export const defaultScreenHeight = 1080;

/** How many frames/s a screen is captured with: reading needs few and processors are thankful, a video needs all. */
const screenRates = { detail: 15, motion: 30 } as const;

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
 * A track of the microphone or camera; the browser may ask its user first.
 * Rejects with CallError `device-denied`, `device-missing`, `device-busy` or `not-https`.
 */
export async function capture(source: 'microphone' | 'camera', options: TurnOnOptions): Promise<MediaStreamTrack> {
  const stream = await captured((devices) => devices.getUserMedia(constraintsFor(source, options)));
  const [track] = stream.getTracks();
  if (track === undefined) throw new CallError('device-missing');
  return track;
}

/** A screen, and its sound if that was asked for and is to be had. Rejects like `capture`. */
export async function captureScreen(
  options: TurnOnOptions,
): Promise<{ readonly picture: MediaStreamTrack; readonly sound: MediaStreamTrack | undefined }> {
  const stream = await captured((devices) => devices.getDisplayMedia(screenConstraints(options)));
  const [picture] = stream.getVideoTracks();
  if (picture === undefined) throw new CallError('device-missing');
  return { picture, sound: stream.getAudioTracks()[0] };
}

async function captured(ask: (devices: MediaDevices) => Promise<MediaStream>): Promise<MediaStream> {
  // Not there at all outside secure contexts, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new CallError('not-https');
  try {
    return await ask(devices);
  } catch (error) {
    const name = error instanceof Error || error instanceof DOMException ? error.name : '';
    throw new CallError(codes[name] ?? 'device-missing');
  }
}

function constraintsFor(source: 'microphone' | 'camera', options: TurnOnOptions): MediaStreamConstraints {
  const { deviceId, maxHeight = defaultMaxHeight } = options;
  const exact = deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
  if (source === 'microphone') return { audio: { ...exact, channelCount: { ideal: 1 } } };
  const size = { height: { ideal: maxHeight }, width: { ideal: widthOf(maxHeight) } };
  return { video: { ...exact, ...size, frameRate: { ideal: 30 } } };
}

/** What the compiler's list of getDisplayMedia's options lacks (W3C Screen Capture; browsers ignore what they do not know). */
interface ScreenConstraints extends DisplayMediaStreamOptions {
  readonly selfBrowserSurface: 'exclude';
  readonly surfaceSwitching: 'include';
  readonly systemAudio: 'include' | 'exclude';
}

function screenConstraints(options: TurnOnOptions): ScreenConstraints {
  const { maxHeight = defaultScreenHeight, content = 'detail', sound = false } = options;
  const asItIs = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  return {
    video: {
      height: { max: maxHeight },
      width: { max: widthOf(maxHeight) },
      frameRate: { ideal: screenRates[content], max: screenRates.motion },
    },
    // Without what this page plays itself: the others would hear their own voices.
    audio: sound && { ...asItIs, ...{ restrictOwnAudio: true } },
    // Not the tab with the call: it would show itself in itself.
    selfBrowserSurface: 'exclude',
    surfaceSwitching: 'include',
    systemAudio: sound ? 'include' : 'exclude',
  };
}

function widthOf(height: number): number {
  return Math.round((height * 16) / 9);
}
