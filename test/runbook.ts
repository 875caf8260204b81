/**
 * `npm run runbook`, as root: follows deploy/README.md by its letter, from a fresh clone. Each block of commands that names a
 * machine (```sh router) is run there, unchanged: issuer and router have namespaces and a systemd of their own
 * (`test/machine.sh`), participants are in a third network. What a reader has besides, this program sees to: that names lead
 * to addresses, and that certificates which were made there are trusted. Ends with 1 if anything was not so.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as after } from 'node:timers/promises';

const project = join(import.meta.dirname, '..');
const runbook = readFileSync(join(project, 'deploy/README.md'), 'utf8');
const clientAddress = '198.51.100.1';
/** How long a picture may stand still in ten seconds because this machine does all of it at once, in s. A cut would be longer. */
const mostFrozenS = 0.5;
/** The README's own names and addresses (RFC 5737, RFC 2606). */
const hosts = '127.0.0.1 localhost\n198.51.100.7 calls.example\n198.51.100.9 issuer.example\n';

/** All commands of the runbook for one machine, in their order. */
function commandsFor(machine: string): string {
  const blocks = [...runbook.matchAll(/^```sh (\w+)\n([^]*?)^```$/gm)].filter(([, where]) => where === machine);
  assert(blocks.length > 0, `the runbook has no commands for ${machine}`);
  return blocks.map(([, , commands]) => commands).join('\n');
}

/** Runs a program; what it prints. Throws, with what it said, when it fails. */
function run(program: string, ...args: readonly string[]): string {
  return feed('', program, ...args);
}

/** Runs commands in a shell behind `enter`, as somebody who types them; what they print. */
function shell(enter: readonly string[], commands: string): string {
  return feed(commands, ...enter, 'bash', '-euo', 'pipefail', '-s');
}

function feed(input: string, program = '', ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
  assert.equal(status, 0, `${[program, ...args].join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

const scratch = mkdtempSync(join(tmpdir(), 'sotto-runbook-'));
const running: ChildProcess[] = [];
const fromMs = performance.now();
let beforeMs = fromMs;
const done = (what: string): void => {
  const nowMs = performance.now();
  process.stdout.write(`  ${((nowMs - beforeMs) / 1_000).toFixed(1).padStart(6)} s  ${what}\n`);
  beforeMs = nowMs;
};

/** A network for participants: a switch with an address, and the names that the runbook has. */
async function openNetwork(): Promise<{ readonly pid: number; readonly enter: readonly string[] }> {
  writeFileSync(join(scratch, 'hosts'), hosts);
  const set = `ip link set lo up && ip link add switch type bridge && ip address add ${clientAddress}/24 dev switch &&
    ip link set switch up && mount --bind ${scratch}/hosts /etc/hosts && echo ready && exec sleep infinity`;
  const child = spawn('unshare', ['--net', '--mount', 'sh', '-c', set], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  await once(child.stdout, 'data');
  const { pid = 0 } = child;
  return { pid, enter: ['nsenter', `--net=/proc/${pid}/ns/net`, `--mount=/proc/${pid}/ns/mnt`] };
}

/** A machine at an address of that network, with the package in root's home. */
async function openMachine(network: number, address: string, release: string): Promise<Machine> {
  const folder = join(scratch, address);
  mkdirSync(folder);
  const child = spawn(join(project, 'test/machine.sh'), [folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  running.push(child);
  const enter = (pid: string): string[] => {
    const environment = ['env', '-i', '--chdir=/root', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root'];
    return ['nsenter', '--all', '--root', `--target=${pid}`, ...environment];
  };
  for (;;) {
    const [pid] = /\d+/.exec(readFileSync(`/proc/${child.pid ?? 0}/task/${child.pid ?? 0}/children`, 'latin1')) ?? [];
    const state = pid === undefined ? '' : shell(enter(pid), 'systemctl is-system-running 2>&1 || true').trim();
    if (pid !== undefined && ['running', 'degraded'].includes(state)) {
      const port = `port${address.split('.').at(-1) ?? ''}`;
      run('ip', 'link', 'add', port, 'netns', `${network}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pid);
      run('nsenter', `--net=/proc/${network}/ns/net`, 'ip', 'link', 'set', port, 'master', 'switch', 'up');
      shell(enter(pid), `ip address add ${address}/24 dev eth0; ip link set eth0 up`);
      const root = `/proc/${pid}/root`;
      writeFileSync(join(root, 'etc/hosts'), hosts);
      cpSync(release, join(root, 'root'), { recursive: true });
      return { root, enter: enter(pid) };
    }
    assert(child.exitCode === null, 'the machine has not started');
    await after(200);
  }
}

interface Machine {
  /** Where its files are. */
  readonly root: string;
  readonly enter: readonly string[];
}

/** A call with what the runbook says, on a machine whose browser trusts the two certificates. */
function startCall(
  enter: readonly string[],
  command: string,
  code: string,
): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  const [program, ...args] = [...enter, 'bash', '-euc', command] as const;
  const env = {
    ...process.env,
    PATH: `${scratch}/package/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    CODE: code,
    NODE_EXTRA_CA_CERTS: join(scratch, 'trusted.pem'),
  };
  return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Has Node and Chromium of the participants' machine trust certificates: the browser's program is one that is told so. */
function trust(enter: readonly string[], certificates: readonly string[]): void {
  writeFileSync(join(scratch, 'trusted.pem'), certificates.join(''));
  const keys = certificates.map((certificate) => {
    const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(key).digest('base64');
  });
  const browser = join(scratch, 'chromium');
  cpSync('/usr/bin/chromium', `${browser}.real`);
  writeFileSync(
    browser,
    `#!/bin/sh\nexec ${browser}.real --ignore-certificate-errors-spki-list=${keys.join(',')} "$@"\n`,
    { mode: 0o755 },
  );
  shell(enter, `mount --bind ${browser} /usr/bin/chromium`);
}

interface Report {
  readonly ok: boolean;
  readonly streams: readonly {
    readonly freezeSeconds: number;
    readonly undecryptable: number;
    readonly replayed: number;
  }[];
}

try {
  const clone = join(scratch, 'clone');
  run('git', 'clone', '--quiet', project, clone);
  shell(['env', `--chdir=${clone}`], commandsFor('clone'));
  done('a clone, and the package from it');
  const release = join(clone, '.build/release');

  const network = await openNetwork();
  const issuer = await openMachine(network.pid, '198.51.100.9', release);
  const router = await openMachine(network.pid, '198.51.100.7', release);
  done('two machines');

  const code = /^Access code: (\S+)$/m.exec(shell(issuer.enter, commandsFor('issuer')))?.[1] ?? '';
  assert(code.length > 20, 'the issuer gave no access code');
  done("the issuer's machine");

  const issuersOwn = readFileSync(join(issuer.root, 'etc/sotto-issuer/certificate.pem'), 'utf8');
  writeFileSync(join(router.root, 'usr/local/share/ca-certificates/issuer.crt'), issuersOwn);
  shell(router.enter, 'update-ca-certificates >/dev/null 2>&1');
  const said = shell(router.enter, commandsFor('router'));
  for (const wanted of [
    '0 errors, 0 warnings.',
    'This router takes calls.',
    'The router serves: https://198.51.100.7:443/',
  ])
    assert(said.includes(`\n${wanted}\n`), wanted);
  done("the router's machine: no warning, serving and ready");

  shell(['env', `--chdir=${release}`], `dpkg-deb --extract sotto_*.deb ${scratch}/package`);
  trust(network.enter, [issuersOwn, readFileSync(join(router.root, 'etc/sotto/certificate.pem'), 'utf8')]);
  const first = startCall(network.enter, commandsFor('elsewhere'), code);
  const [shown, told] = await Promise.all([text(first.stdout), text(first.stderr), once(first, 'close')]);
  assert.equal(first.exitCode, 0, `${shown}${told}`);
  done('a call of three, with tokens, over two networks: everybody saw and heard everybody');

  const call = startCall(network.enter, `${commandsFor('elsewhere').trim()} --json`, code);
  const reported = text(call.stdout);
  const ended = once(call, 'close');
  await new Promise((resolve) => {
    call.stderr.on('data', (line) => {
      if (String(line).includes('Measuring')) resolve(undefined);
    });
    call.once('close', resolve);
  });
  shell(router.enter, commandsFor('drain'));
  await ended;
  const report = JSON.parse((await reported).trim().split('\n').at(-1) ?? '') as Report;
  const unopened = report.streams.reduce((sum, { undecryptable, replayed }) => sum + undecryptable + replayed, 0);
  const frozenS = Math.max(...report.streams.map(({ freezeSeconds }) => freezeSeconds));
  assert.deepEqual([call.exitCode, report.ok, unopened], [0, true, 0]);
  assert(frozenS < mostFrozenS, `a picture stood still for ${frozenS} s`);
  assert.equal(shell(router.enter, 'systemctl is-active sotto || true').trim(), 'inactive');
  done(
    `a drain during such a call, which went on to its end: every frame opened, no picture stood still for ${mostFrozenS} s (${frozenS.toFixed(2)})`,
  );

  // The control: a connection that it does note.
  const noted = shell(router.enter, '/etc/sotto/issuer-keys && cat /proc/net/nf_conntrack').split('\n');
  const notes = (address: string): boolean => noted.some((line) => line.includes(`=${address} `));
  assert.deepEqual([notes('198.51.100.9'), notes(clientAddress)], [true, false]);
  done('and no address of the participants in what the kernel notes of connections');

  const pid = 'systemctl show --property MainPID --value sotto';
  const before = shell(router.enter, `systemctl start sotto && ${pid}`);
  shell(router.enter, 'apt-get install --yes --reinstall ./sotto_*.deb');
  assert.equal(shell(router.enter, 'systemctl is-active sotto').trim(), 'active');
  assert.notEqual(shell(router.enter, pid), before);
  done('the package replaced under a router that runs, which was stopped before and started after');

  const ready = 'curl -sSf --retry 30 --retry-delay 1 --retry-connrefused http://127.0.0.1:9880/readyz';
  const capabilities = 'grep CapBnd /proc/$!/status';
  const foreground = commandsFor('foreground').trim();
  const alone = shell(
    router.enter,
    `systemctl stop sotto\n${foreground} &\n${ready}\n${capabilities}\n${commandsFor('drain')}wait $!`,
  );
  assert.match(alone, /^CapBnd:\t0000000000000400$/m);
  done('the same router in the foreground, with one capability');
  process.stdout.write(`  ${Math.round((performance.now() - fromMs) / 1_000)} s in all\n`);
} finally {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(running.map(async (child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
  rmSync(scratch, { recursive: true, force: true });
}
