import type { Overrides, Router } from '../../src/server/compose.ts';
import { systemClock } from '../../src/server/support/system-clock.ts';
import type { SettingValues } from '../../src/server/settings/settings.ts';
import type { ListedRouter } from '../../src/shared/regions/region-list.ts';
import { toBase64Url } from '../../src/shared/support/bytes.ts';
import { Carrier } from '../../src/tools/call/network/carrier.ts';
import { Deliveries } from '../../src/tools/call/network/deliveries.ts';
import { Timetable, type Direction, type Line } from '../../src/tools/call/network/profile.ts';
import { SeededRandom } from '../../src/tools/call/network/random.ts';
import { SignallingRelay } from '../../src/tools/call/network/signalling-relay.ts';
import { startTestRouter } from './test-router.ts';

/** A real router so far away, by a dialled line in front of it. */
export class DistantRouter implements AsyncDisposable {
  readonly router: Router;
  /** As a list has it: where it is reached over that line. */
  readonly listed: ListedRouter;
  /** Calls that started on it. */
  readonly started: () => number;
  readonly #line: AsyncDisposableStack;

  /** `awayMs`: to it and back. */
  static async start(
    region: string,
    awayMs: number,
    values: SettingValues = {},
    overrides: Overrides = {},
  ): Promise<DistantRouter> {
    let started = 0;
    const router = await startTestRouter(
      { ...values, region },
      {
        ...overrides,
        wrapMedia: (pool) => ({
          take: () => {
            started += 1;
            return pool.take();
          },
          close: () => pool.close(),
        }),
      },
    );
    const line = new AsyncDisposableStack();
    const deliveries = line.use(new Deliveries(systemClock));
    const carrier = (direction: Direction): Carrier =>
      new Carrier(
        new Timetable({ about: '', up: way(awayMs), down: way(awayMs), changes: [], freezeShare: 0 }, direction, 0),
        new SeededRandom(`${region} ${direction}`),
      );
    const lines = { up: carrier('up'), down: carrier('down'), deliveries, clock: systemClock };
    const { url } = line.use(await SignallingRelay.to(router.address, lines));
    const routerKey = toBase64Url(router.routerKey);
    return new DistantRouter(router, { region, url, routerKey }, () => started, line);
  }

  private constructor(router: Router, listed: ListedRouter, started: () => number, line: AsyncDisposableStack) {
    this.router = router;
    this.listed = listed;
    this.started = started;
    this.#line = line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.router.close();
    await this.#line.disposeAsync();
  }
}

/** Half of it, without any trouble. */
function way(awayMs: number): Line {
  return {
    delayMs: awayMs / 2,
    jitterMs: 0,
    reordering: 0,
    loss: 0,
    bursts: undefined,
    duplication: 0,
    bottleneck: undefined,
    cut: false,
  };
}
