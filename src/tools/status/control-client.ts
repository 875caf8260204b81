import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Settings } from '../../server/settings/settings.ts';
import {
  controlFile,
  expectedSchema,
  statusSchema,
  type Expected,
  type Status,
} from '../../server/telemetry/control.ts';
import type { CallId } from '../../shared/identity/call-id.ts';

/** No router runs with these settings, or it is another user's; in words. */
export class NoRouterError extends Error {
  override readonly name = 'NoRouterError';
}

/** A router on this machine as its operator's tools reach it. */
export class ControlClient {
  readonly #socketPath: string;

  /** `settings`: those that the router was started with. Rejects with NoRouterError. */
  static async find({ stateDirectory, port }: Pick<Settings, 'stateDirectory' | 'port'>): Promise<ControlClient> {
    const names = await readdir(stateDirectory).catch(() => []);
    const found = names.filter((name) =>
      port === 0 ? name.startsWith(controlFile) : name === `${controlFile}${port}`,
    );
    const [name] = found;
    if (name === undefined || found.length > 1)
      throw new NoRouterError(
        `No router to talk to in ${stateDirectory}. Give its settings (--config, SOTTO_…), as the user that it runs as.`,
      );
    return new ControlClient(join(stateDirectory, name));
  }

  /** Of the router that has this control socket. */
  static at(socketPath: string): ControlClient {
    return new ControlClient(socketPath);
  }

  private constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Rejects with NoRouterError when it has stopped. */
  async status(): Promise<Status> {
    return statusSchema.parse(await this.#ask('GET', '/status'));
  }

  /** Has it begin to drain. Rejects with NoRouterError when it has stopped. */
  async drain(seconds: number): Promise<void> {
    await this.#ask('POST', '/drain', { seconds });
  }

  /** Has it expect a call of its own (PROTOCOL section 7, "Self-call"). Rejects with NoRouterError when it has stopped. */
  async expect(callId: CallId): Promise<Expected> {
    return expectedSchema.parse(await this.#ask('POST', '/self-call', { callId: callId.key }));
  }

  async #ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const asking = request({ socketPath: this.#socketPath, method, path }, (response) => {
        if (response.statusCode === 200) json(response).then(resolve, reject);
        else {
          response.resume();
          if (response.statusCode === 202) resolve(undefined);
          else reject(new Error(`The router refused: ${response.statusCode ?? ''}.`));
        }
      });
      asking.once('error', (cause) => {
        reject(new NoRouterError('The router does not answer: it has stopped, or is another user’s.', { cause }));
      });
      asking.end(body === undefined ? '' : JSON.stringify(body));
    });
  }
}
