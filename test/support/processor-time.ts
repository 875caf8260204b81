import { readFileSync } from 'node:fs';

/** Length of a clock tick, in ms (`getconf CLK_TCK` is 100 on every Linux). */
const tickMs = 10;

/** Processor time that a process has used, in ms (proc_pid_stat(5), `utime` and `stime`). */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
