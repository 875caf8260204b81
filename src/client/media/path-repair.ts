import type { Clock } from '../../shared/support/clock.ts';

/** How a transport fares, in the words of RTCPeerConnection.connectionState. */
export type PathState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed';

/** How long a path may be disconnected before it is restarted, in ms. Lower is back sooner; higher does not mind a short gap. */
const graceMs = 1_000;
/**
 * How long nothing at all may come where something came, in ms, before the path is restarted: browsers say that it is lost only
 * after 5 s. Lower is back sooner; higher restarts seldom for others' silence.
 */
const stallMs = 1_500;
/** Between a restart and the next one while the path is not back, in ms; the last one again and again. */
const againMs = [2_000, 3_000, 5_000] as const;
/** How long restarts that the router answered may fail, in ms: then no media get through, and nothing here helps. */
const giveUpMs = 30_000;

export interface RepairServices {
  readonly clock: Clock;
  /** Restarts ICE both ways. Resolves when the router has answered; rejects when it cannot. */
  readonly restart: () => Promise<void>;
  /** The path is back, and whatever came by it in the meantime is lost. */
  readonly recovered: () => void;
  /** The path does not come back. */
  readonly giveUp: () => void;
}

/**
 * Decides when the path of media to a router is restarted (ICE restart, RFC 8445 section 2.4): when the browser says that it
 * is lost or nothing comes by it any more, when the network has changed, and when the router is reached again and the path has
 * not come back by itself.
 */
export class PathRepair {
  readonly #services: RepairServices;
  readonly #paths: Record<'send' | 'receive', PathState> = { send: 'new', receive: 'new' };
  /** Some path has been connected. */
  #wasUp = false;
  /** Some path has been lost since all were connected. */
  #wasLost = false;
  /** How many packets had come when there were last more, when that was, and whether that was too long ago. */
  #received = { packets: 0, atMs: 0, stalled: false };
  #restarts = 0;
  #restarting = false;
  #closed = false;
  /** When the next restart is due, in ms of the clock; undefined while none is. */
  #dueMs: number | undefined;
  #notBeforeMs = -Infinity;
  #stopDue: () => void = () => undefined;
  #stopGivingUp: (() => void) | undefined;

  constructor(services: RepairServices) {
    this.#services = services;
  }

  /** `none`: nothing was ever sent or received. `interrupted`: nothing gets through in some direction, at the moment. */
  get state(): 'none' | 'flowing' | 'interrupted' {
    if (!this.#wasUp) return 'none';
    return this.#wasLost || this.#received.stalled ? 'interrupted' : 'flowing';
  }

  /** The browser says how a path fares now. */
  path(direction: 'send' | 'receive', state: PathState): void {
    this.#paths[direction] = state;
    if (state === 'connected') this.#wasUp = true;
    if (this.#used.every((path) => path === 'connected')) {
      if (this.#wasLost) this.#services.recovered();
      this.#settle();
    } else if (state === 'failed' || state === 'disconnected') {
      this.#wasLost = true;
      this.#due(state === 'failed' ? 0 : graceMs);
    }
  }

  /** How many packets have come by now, in all streams that are there. To be told often. */
  received(packets: number): void {
    const { clock, recovered } = this.#services;
    const nowMs = clock.nowMs();
    const { packets: before, atMs, stalled } = this.#received;
    if (packets !== before || packets === 0) {
      this.#received = { packets, atMs: nowMs, stalled: false };
      if (stalled) recovered();
    } else if (!stalled && nowMs - atMs >= stallMs) {
      this.#received = { packets, atMs, stalled: true };
      this.#due(0); // once: perhaps it is the others who are silent
    }
  }

  /** The device's network has changed: the path may be of the old one. */
  networkChanged(): void {
    if (this.#used.length > 0) this.#due(0);
  }

  /** The router is reached again after a loss. */
  back(): void {
    this.#restarts = 0;
    this.#notBeforeMs = -Infinity;
    if (this.#used.some((path) => path !== 'connected')) this.#due(0);
  }

  close(): void {
    this.#closed = true;
    this.#settle();
  }

  get #used(): readonly PathState[] {
    return Object.values(this.#paths).filter((path) => path !== 'new');
  }

  #settle(): void {
    this.#wasLost = false;
    this.#restarts = 0;
    this.#stopDue();
    this.#dueMs = undefined;
    this.#stopGivingUp?.();
    this.#stopGivingUp = undefined;
  }

  /** A restart in `ms`, or sooner when one is due sooner; never too soon after the last. */
  #due(ms: number): void {
    const nowMs = this.#services.clock.nowMs();
    const dueMs = Math.max(nowMs + ms, this.#notBeforeMs);
    if (this.#closed || this.#restarting || (this.#dueMs !== undefined && this.#dueMs <= dueMs)) return;
    this.#stopDue();
    this.#dueMs = dueMs;
    this.#stopDue = this.#services.clock.after(dueMs - nowMs, () => {
      this.#dueMs = undefined;
      void this.#restart();
    });
  }

  async #restart(): Promise<void> {
    this.#restarting = true;
    const answered = await this.#services.restart().then(
      () => true,
      () => false, // the router cannot be asked: `back` comes when it can
    );
    this.#restarting = false;
    if (this.#closed || !answered) return;
    const waitMs = againMs[this.#restarts] ?? againMs.at(-1) ?? 0;
    this.#restarts += 1;
    this.#notBeforeMs = this.#services.clock.nowMs() + waitMs;
    if (!this.#wasLost) return;
    this.#due(waitMs);
    this.#stopGivingUp ??= this.#services.clock.after(giveUpMs, () => {
      this.#services.giveUp();
    });
  }
}
