import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import { CallError, type Call, type Inventory, type Invitation, type OwnSource } from '../../client/index.ts';
import {
  adviceFor,
  screenNotShared,
  type Advice,
  type DeviceKind,
  type DeviceTrouble,
} from '../words/device-problems.ts';
import type { Compared } from '../words/encryption.ts';
import { describeChange, describeShares } from '../words/people.ts';
import { follow } from './follow.ts';
import { Scenery } from './scenery.ts';

/** How long comings and goings are gathered before they are announced together, in ms. */
const gatherMs = 900;

export type Panel = 'none' | 'people' | 'encryption' | 'invite' | 'shortcuts' | 'inventory';

/** What the router said that it holds on oneself, and when. `failed`: it did not answer, or the connection is being made anew. */
export type Known =
  | { readonly state: 'asking' }
  | { readonly state: 'told'; readonly inventory: Inventory; readonly at: Date }
  | { readonly state: 'failed' };

/** One call as the page shows it: the SDK's state as signals, and what only the page knows. */
export class CallModel {
  readonly invitation: Invitation;
  readonly ownName: string;
  readonly participants;
  readonly connection;
  readonly agreement;
  readonly microphone;
  readonly camera;
  readonly cameraTrack;
  readonly screen;
  readonly scenery: Scenery;
  readonly soundBlocked;
  /** What is open beside or above the call; one thing at a time. */
  readonly panel = signal<Panel>('none');
  /** What the router holds on oneself, as of the last time it was asked. */
  readonly known = signal<Known>({ state: 'asking' });
  /** What to tell about one's own devices, until it is dismissed. */
  readonly advice = signal<Advice | undefined>(undefined);
  /** Read out by screen readers. */
  readonly announcement = signal('');
  /** Whether letters alone do something (WCAG 2.1.4 wants a switch). */
  readonly singleKeys = signal(true);
  readonly compared: ReadonlySignal<Compared>;
  /** Ids of those with whom the code was compared. */
  readonly comparedWith = signal<ReadonlySet<string>>(new Set());
  readonly #call: Call;
  #leaving = false;
  readonly #ended = new AbortController();
  #announced;
  #gathering: ReturnType<typeof setTimeout> | undefined;

  /** `onEnd` is called once, with why. */
  constructor(call: Call, own: { invitation: Invitation; name: string }, onEnd: (call: CallModel) => void) {
    this.#call = call;
    this.invitation = own.invitation;
    this.ownName = own.name;
    const until = this.#ended.signal;
    this.participants = follow(call.participants, until);
    this.connection = follow(call.connection, until);
    const encryption = follow(call.encryption, until);
    this.agreement = computed(() => encryption.value.agreement);
    this.microphone = follow(call.microphone.state, until);
    this.camera = follow(call.camera.state, until);
    this.cameraTrack = follow(call.camera.track, until);
    this.screen = follow(call.screen.state, until);
    this.scenery = new Scenery(this.participants, follow(call.speakers, until), until);
    this.soundBlocked = follow(call.sound.blocked, until);
    this.compared = computed(() => {
      const people = this.participants.value;
      return { with: people.filter(({ id }) => this.comparedWith.value.has(id)).length, of: people.length };
    });
    this.#announced = this.participants.value;
    this.participants.subscribe(() => {
      this.#gathering ??= setTimeout(() => {
        this.#announce();
      }, gatherMs);
    });
    let wasSharing = false;
    this.screen.subscribe((state) => {
      const isSharing = state === 'on';
      if (isSharing === wasSharing) return;
      wasSharing = isSharing;
      this.announcement.value = isSharing ? 'You are sharing your screen.' : 'You stopped sharing your screen.';
    });
    this.connection.subscribe(({ phase }) => {
      // Whoever joins anew has new keys, which nobody has compared.
      if (phase === 'connecting') this.comparedWith.value = new Set();
      if (phase !== 'ended' || until.aborted) return;
      this.#ended.abort();
      clearTimeout(this.#gathering);
      onEnd(this);
    });
  }

  /** Turns own devices on with the tracks that the lobby showed. */
  async start(tracks: Partial<Record<DeviceKind, MediaStreamTrack>>): Promise<void> {
    await Promise.all(
      (['microphone', 'camera'] as const).map(async (kind) => {
        const track = tracks[kind];
        if (track !== undefined) await this.#try(kind, (source) => source.turnOn({ track }));
      }),
    );
  }

  async toggleMicrophone(): Promise<void> {
    const isOn = this.microphone.value === 'on';
    await this.#try('microphone', (source) => (isOn ? source.turnOff() : source.turnOn()));
    this.announcement.value = this.microphone.value === 'on' ? 'Your microphone is on.' : 'You are muted.';
  }

  async toggleCamera(): Promise<void> {
    const isOn = this.camera.value === 'on';
    await this.#try('camera', (source) => (isOn ? source.turnOff() : source.turnOn()));
    this.announcement.value = this.camera.value === 'on' ? 'Your camera is on.' : 'Your camera is off.';
  }

  /** Shares a screen that the browser lets one choose, or stops. Thinking better of it in the browser's dialog is no trouble. */
  async toggleScreen(): Promise<void> {
    const { screen } = this.#call;
    try {
      await (this.screen.value === 'on' ? screen.turnOff() : screen.turnOn({ sound: true }));
      this.advice.value = undefined;
    } catch (error) {
      const isSilent = error instanceof CallError && (error.code === 'device-denied' || error.code === 'ended');
      if (!isSilent) this.advice.value = screenNotShared;
    }
  }

  /** Opens a panel, or closes it if it is the one that is open. */
  toggle(panel: Panel): void {
    this.panel.value = this.panel.value === panel ? 'none' : panel;
  }

  /** The code on show was read aloud and is the same everywhere. */
  markCompared(): void {
    if (this.agreement.value.state === 'agreed')
      this.comparedWith.value = new Set(this.participants.value.map(({ id }) => id));
  }

  /** Asks the router what it holds on oneself. */
  async askInventory(): Promise<void> {
    this.known.value = { state: 'asking' };
    try {
      this.known.value = { state: 'told', inventory: await this.#call.inventory(), at: new Date() };
    } catch {
      this.known.value = { state: 'failed' };
    }
  }

  async unlockSound(): Promise<void> {
    await this.#call.sound.unlock();
  }

  /** Somebody pressed Leave, as opposed to the page going away, on which the SDK leaves by itself. */
  get leftOnPurpose(): boolean {
    return this.#leaving;
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    await this.#call.leave();
  }

  async #try(kind: DeviceKind, action: (source: OwnSource) => Promise<void>): Promise<void> {
    try {
      await action(this.#call[kind]);
      this.advice.value = undefined;
    } catch (error) {
      const trouble = error instanceof CallError ? troubles[error.code] : undefined;
      if (trouble !== undefined) this.advice.value = adviceFor(trouble, kind);
      else if (!(error instanceof CallError && error.code === 'ended')) this.advice.value = notTaken(kind);
    }
  }

  #announce(): void {
    this.#gathering = undefined;
    batch(() => {
      const now = this.participants.value;
      const sentences = [describeChange, describeShares].flatMap((describe) => describe(this.#announced, now) ?? []);
      this.#announced = now;
      if (sentences.length > 0) this.announcement.value = sentences.join(' ');
    });
  }
}

const troubles: Readonly<Partial<Record<CallError['code'], DeviceTrouble>>> = {
  'device-denied': 'denied',
  'device-missing': 'missing',
  'device-busy': 'busy',
  'not-https': 'not-https',
};

function notTaken(kind: DeviceKind): Advice {
  return { title: `The router did not take your ${kind}.`, body: 'Turn it on once more.', action: undefined };
}
