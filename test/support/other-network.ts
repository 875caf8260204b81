import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

/** One link between two networks: ours, where clients are, and another one, where a router is. */
const ours = 'sottohere';
const theirs = 'sottothere';
export const routerAddress = '203.0.113.1';

/**
 * A network namespace beside this one, reached over one link. Needs the rights of `test/namespace.sh`. Addresses of
 * clients are in 203.0.113.0/24 (RFC 5737).
 */
export class OtherNetwork implements AsyncDisposable {
  readonly #pid: number;
  readonly #end: () => Promise<void>;

  static async create(clientAddresses: readonly string[]): Promise<OtherNetwork> {
    const child = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo ready && exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const { pid = 0 } = child;
    const network = new OtherNetwork(pid, async () => {
      const exited = once(child, 'exit');
      child.stdin.end();
      await exited;
    });
    run('ip', 'link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', `${pid}`);
    for (const address of clientAddresses) run('ip', 'address', 'add', `${address}/24`, 'dev', ours);
    run('ip', 'link', 'set', ours, 'up');
    network.run('ip', 'address', 'add', `${routerAddress}/24`, 'dev', theirs);
    network.run('ip', 'link', 'set', theirs, 'up');
    return network;
  }

  private constructor(pid: number, end: () => Promise<void>) {
    this.#pid = pid;
    this.#end = end;
  }

  /** The command line that runs another one in there. */
  command(...line: readonly string[]): string[] {
    return ['nsenter', `--net=/proc/${this.#pid}/ns/net`, ...line];
  }

  /** Runs a program in there; what it prints. Throws when it fails. */
  run(...line: readonly string[]): string {
    return run(...this.command(...line));
  }

  /** The clients' address is another one from now on; what goes on from the old one does not arrive any more. */
  moveClients(from: string, to: string): void {
    run('ip', 'address', 'del', `${from}/24`, 'dev', ours);
    run('ip', 'address', 'add', `${to}/24`, 'dev', ours);
  }

  /** From now on nothing passes: whoever is on the other side has vanished. */
  cut(): void {
    run('ip', 'link', 'set', ours, 'down');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    run('ip', 'link', 'delete', ours);
    await this.#end();
  }
}

function run(program = '', ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' });
}
