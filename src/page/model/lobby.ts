import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Invitation } from '../../client/index.ts';
import type { DeviceKind, DeviceTrouble } from '../words/device-problems.ts';
import type { Capture, Captured, Wanted } from './devices.ts';
import type { LookInside } from './look-inside.ts';

export type LobbyDevice =
  | { readonly state: 'off' }
  | { readonly state: 'asking' }
  | { readonly state: 'on'; readonly track: MediaStreamTrack }
  | { readonly state: 'trouble'; readonly trouble: DeviceTrouble };

const off: LobbyDevice = { state: 'off' };

/** Before joining: one's own devices, and who is in the call. Asks for no device before somebody presses something. */
export class Lobby {
  readonly invitation: Invitation;
  readonly inside: LookInside;
  readonly microphone = signal<LobbyDevice>(off);
  readonly camera = signal<LobbyDevice>(off);
  /** As typed when joining was tried; undefined before. */
  readonly name = signal<string | undefined>(undefined);
  /** Neither was ever asked for. */
  readonly untouched: ReadonlySignal<boolean> = computed(
    () => this.microphone.value.state === 'off' && this.camera.value.state === 'off',
  );
  readonly #capture: Capture;
  #closed = false;

  /** Looks at the call until `close` or `takeTracks`. */
  constructor(invitation: Invitation, capture: Capture, inside: LookInside) {
    this.invitation = invitation;
    this.#capture = capture;
    this.inside = inside;
    inside.start();
  }

  /** Turns on whatever of the two is off, with one question of the browser if it asks. */
  async turnOnBoth(): Promise<void> {
    const wanted: Wanted = {
      ...(this.microphone.value.state === 'on' ? {} : { microphone: { deviceId: undefined } }),
      ...(this.camera.value.state === 'on' ? {} : { camera: { deviceId: undefined } }),
    };
    await this.#turnOn(wanted);
  }

  /** `deviceId`: another device than the browser's choice. */
  async turnOn(kind: DeviceKind, deviceId?: string): Promise<void> {
    await this.#turnOn({ [kind]: { deviceId } });
  }

  turnOff(kind: DeviceKind): void {
    stop(this[kind].value);
    this[kind].value = off;
  }

  /** Hands the tracks over: from now on their new owner stops them. */
  takeTracks(): Partial<Record<DeviceKind, MediaStreamTrack>> {
    const tracks: Partial<Record<DeviceKind, MediaStreamTrack>> = {};
    for (const kind of ['microphone', 'camera'] as const) {
      const device = this[kind].value;
      if (device.state === 'on') tracks[kind] = device.track;
      this[kind].value = off;
    }
    this.inside.stop();
    this.#closed = true;
    return tracks;
  }

  /** Frees the devices. */
  close(): void {
    this.turnOff('microphone');
    this.turnOff('camera');
    this.inside.stop();
    this.#closed = true;
  }

  async #turnOn(wanted: Wanted): Promise<void> {
    const kinds = (['microphone', 'camera'] as const).filter((kind) => wanted[kind] !== undefined);
    for (const kind of kinds) {
      stop(this[kind].value);
      this[kind].value = { state: 'asking' };
    }
    const captured = await this.#capture(wanted);
    for (const kind of kinds) this.#settle(kind, captured[kind] ?? { ok: false, trouble: 'missing' });
  }

  #settle(kind: DeviceKind, captured: Captured): void {
    if (!captured.ok) {
      this[kind].value = { state: 'trouble', trouble: captured.trouble };
      return;
    }
    const { track } = captured;
    if (this.#closed || this[kind].value.state !== 'asking') {
      track.stop(); // turned off, or left, while the browser asked
      return;
    }
    track.addEventListener('ended', () => {
      const device = this[kind].value;
      if (device.state === 'on' && device.track === track) this[kind].value = { state: 'trouble', trouble: 'missing' };
    });
    this[kind].value = { state: 'on', track };
  }
}

function stop(device: LobbyDevice): void {
  if (device.state === 'on') device.track.stop();
}
