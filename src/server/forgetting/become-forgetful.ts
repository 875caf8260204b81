import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * glibc overwrites what is freed, and keeps no list of freed blocks that it would not overwrite. Read when a process
 * starts, never later. Media processes are started without: they end with their call, and it would cost them 11 % a packet.
 */
const allocator = { MALLOC_PERTURB_: '165', GLIBC_TUNABLES: 'glibc.malloc.tcache_count=0' } as const;
/** V8 overwrites what it collects, moves what it keeps together, and lets itself be told when. */
const engine = ['--expose-gc', '--clear-free-memory', '--compact-on-every-full-gc'] as const;
/**
 * Sets limits of resources for a program. A largest core of 1 byte makes Linux write none, not even into a pipe to a
 * crash collector, which a limit of 0 would not keep from it (core(5), `do_coredump`).
 */
const limiter = { path: '/usr/bin/prlimit', arguments: ['prlimit', '--core=1:1', '--'] } as const;

/** Whether this process was started in the way that lets it forget. Becomes true once, in `becomeForgetful`. */
let startedSo = false;

/**
 * The first thing that a router does: unless this process was started so that freed memory is overwritten and no core
 * is dumped, it is replaced by one that is, with the same process id, arguments and environment. Then, before anything
 * has been read from a network, turns off the buffers that Node would keep. SOTTO_FORGETTING=off leaves all as it is.
 */
export function becomeForgetful(): void {
  if (process.env['SOTTO_FORGETTING'] === 'off') return;
  const names = Object.keys(allocator) as (keyof typeof allocator)[];
  if (names.some((name) => process.env[name] !== allocator[name])) {
    replaceProcess();
    return;
  }
  for (const name of names) Reflect.deleteProperty(process.env, name);
  startedSo = engine.every((flag) => process.execArgv.includes(flag)) && keepNoBuffers();
}

/** Whether this process can forget; what it really forgets is shown by `SelfExamination`. */
export function canForget(): boolean {
  return startedSo;
}

/** Comes back only where a process cannot be replaced: then it cannot forget. */
function replaceProcess(): void {
  if (process.platform !== 'linux' || process.execve === undefined) return;
  const node = [...engine, ...process.execArgv, ...process.argv.slice(1)];
  const environment = { ...process.env, ...allocator };
  if (!existsSync(limiter.path)) process.execve(process.execPath, [process.execPath, ...node], environment);
  process.execve(limiter.path, [...limiter.arguments, process.execPath, ...node], environment);
}

/** Whether that worked: the second is Node's own and may go. */
function keepNoBuffers(): boolean {
  Buffer.poolSize = 0;
  // Were a core dumped after all, it would hold no memory of this process or its children (core(5), "Controlling which mappings").
  writeFileSync('/proc/self/coredump_filter', '0');
  const common: unknown = createRequire(import.meta.url)('_http_common');
  if (!hasParsers(common)) return false;
  common.parsers.max = 0;
  return true;
}

/** Node's pool of HTTP parsers, each with a buffer of the last request that it saw. */
function hasParsers(common: unknown): common is { parsers: { max: number } } {
  if (typeof common !== 'object' || common === null || !('parsers' in common)) return false;
  const { parsers } = common;
  return typeof parsers === 'object' && parsers !== null && 'max' in parsers && typeof parsers.max === 'number';
}
