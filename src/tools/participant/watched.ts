import type { FromWorker, ToWorker } from '../../client/encryption/messages.ts';
import type { HarnessKey, HarnessMarks } from '../call/harness-api.ts';
import type { KeyUsed } from './watched-worker.ts';

/** When the page was there, in ms from its first byte. */
const pageMs = performance.now();

/** Watches joins from inside the page: when each step of the first was done, and which keys of whom were used when. */
export class Watched {
  readonly keys: HarnessKey[] = [];
  readonly #firstPicture = Promise.withResolvers<number>();
  #clickedMs: number | undefined;
  #marks: { -readonly [name in keyof HarnessMarks]: HarnessMarks[name] } | undefined;

  get marks(): HarnessMarks | undefined {
    return this.#marks;
  }

  /** How long after the click the first picture of somebody else could be shown, in ms. Resolves when it can. */
  get firstPicture(): Promise<number> {
    return this.#firstPicture.promise;
  }

  /** To be called when a join begins; the steps of the first are marked. */
  clicked(): void {
    if (this.#clickedMs !== undefined) return;
    const clickedMs = performance.now();
    this.#clickedMs = clickedMs;
    const pictured = (): void => {
      this.#firstPicture.resolve(performance.now() - clickedMs);
    };
    // The page has no videos but those of others. Asking the browser for its numbers instead would keep it from joining.
    document.addEventListener('loadeddata', pictured, { capture: true, once: true });
    this.#marks = { pageMs };
    const opened = (): void => {
      this.#mark('socketMs');
    };
    globalThis.WebSocket = class extends WebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args);
        this.addEventListener('open', opened);
      }
    };
  }

  /** To be called when a join is done. */
  joined(): void {
    this.#mark('joinedMs');
  }

  /** The SDK tells its worker to start as soon as the router has let us in. */
  readonly worker = (): Worker => {
    const worker = new Worker(new URL('./watched-worker.ts', import.meta.url), { type: 'module' });
    const names = new Map<string, string>();
    worker.addEventListener('message', (event: MessageEvent<FromWorker | KeyUsed>) => {
      const { data } = event;
      if (data.type === 'people') {
        if (data.people.some(({ keyHeld }) => keyHeld)) this.#mark('keyMs');
        for (const { participant, name } of data.people) if (name !== undefined) names.set(participant, name);
      }
      if (data.type !== 'key-used') return;
      event.stopImmediatePropagation(); // the SDK knows no such message
      const name = names.get(data.participant);
      if (name !== undefined) this.keys.push({ name, chain: data.chain, step: data.step, atMs: data.atMs });
    });
    const post = worker.postMessage.bind(worker) as (message: ToWorker) => void;
    worker.postMessage = (message: ToWorker) => {
      if (message.type === 'start') this.#mark('admittedMs');
      post(message);
    };
    return worker;
  };

  #mark(name: Exclude<keyof HarnessMarks, 'pageMs'>): void {
    if (this.#clickedMs !== undefined && this.#marks !== undefined)
      this.#marks[name] ??= performance.now() - this.#clickedMs;
  }
}
