import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRouter, type Router } from '../../server/compose.ts';
import { settingsFrom, type SettingValues } from '../../server/settings/settings.ts';

/** Out of these, each router of the tool's takes a few ports in a row for media, so that several can run at once. */
const mediaPorts = { first: 42_000, last: 48_999, each: 8 };

/** A router of one's own on this machine, with a key of its own, that leaves nothing behind. */
export class OwnRouter implements AsyncDisposable {
  readonly url: string;
  readonly router: Router;
  readonly #state: string;

  /** `values`: settings that differ. */
  static async start(values: SettingValues = {}): Promise<OwnRouter> {
    const state = await mkdtemp(join(tmpdir(), 'sotto-router-'));
    const ranges = Math.floor((mediaPorts.last - mediaPorts.first) / mediaPorts.each);
    const first = mediaPorts.first + Math.floor(Math.random() * ranges) * mediaPorts.each;
    try {
      const router = await startRouter(
        settingsFrom({
          host: '127.0.0.1',
          port: 0,
          mediaPorts: `${first}-${first + mediaPorts.each - 1}`,
          stateDirectory: state,
          logLevel: 'error',
          // The browsers of the test are on this machine, too.
          cpuLimit: 0,
          packetLimit: 0,
          memoryReserve: 0,
          delayLimit: 0,
          ...values,
        }),
      );
      return new OwnRouter(router, state);
    } catch (error) {
      await rm(state, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(router: Router, state: string) {
    this.router = router;
    this.#state = state;
    this.url = router.address;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.router.close();
    await rm(this.#state, { recursive: true, force: true });
  }
}
