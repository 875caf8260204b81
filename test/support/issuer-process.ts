import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/tools/main.ts', import.meta.url));

/** `sotto issuer` as operators start it: a process of its own, which makes tokens for whoever has the access code. */
export class IssuerProcess implements AsyncDisposable {
  readonly url: string;
  readonly #stop: () => Promise<void>;

  /** Rejects with what it wrote when it ends instead. */
  static async start(code: string): Promise<IssuerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'sotto-issuer-'));
    const allow = join(folder, 'allow');
    await writeFile(allow, `#!/bin/sh\n[ "$(cat)" = "Bearer ${code}" ]\n`, { mode: 0o700 });
    const args = [main, 'issuer', '--keys', join(folder, 'keys'), '--port', '0', '--allow', allow];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const exited = once(child, 'exit');
    const stop = async (): Promise<void> => {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true });
    };
    let written = '';
    const { promise: ready, resolve } = Promise.withResolvers<string>();
    child.stderr.on('data', (text: Buffer) => {
      written += text.toString();
      const url = /https?:\/\/[^/\s]+/.exec(written)?.[0];
      if (url !== undefined) resolve(url);
    });
    const url = await Promise.race([ready, exited.then(() => undefined)]);
    if (url !== undefined) return new IssuerProcess(url, stop);
    await stop();
    throw new Error(written);
  }

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.#stop = stop;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}
