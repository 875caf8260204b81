import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import { listDevices } from '../model/devices.ts';
import type { Lobby } from '../model/lobby.ts';
import type { DeviceKind } from '../words/device-problems.ts';

/** Which microphone or camera, where there are several. */
export function DeviceSelect({
  lobby,
  kind,
  track,
}: {
  lobby: Lobby;
  kind: DeviceKind;
  track: MediaStreamTrack;
}): JSX.Element | null {
  const devices = useSignal<readonly MediaDeviceInfo[]>([]);
  const id = useId();
  useEffect(() => {
    const refresh = (): void => {
      void listDevices(kind).then((found) => {
        devices.value = found;
      });
    };
    refresh();
    navigator.mediaDevices.addEventListener('devicechange', refresh);
    return () => {
      navigator.mediaDevices.removeEventListener('devicechange', refresh);
    };
  }, [kind, devices]);
  if (devices.value.length < 2) return null;
  return (
    <div class="device-select">
      <label for={id}>{kind === 'camera' ? 'Camera' : 'Microphone'}</label>
      <select
        id={id}
        class="field"
        value={track.getSettings().deviceId ?? ''}
        onChange={(event) => void lobby.turnOn(kind, event.currentTarget.value)}
      >
        {devices.value.map((device) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label}
          </option>
        ))}
      </select>
    </div>
  );
}
