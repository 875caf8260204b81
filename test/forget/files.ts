import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below `directories`, with size and time of change. */
export function listFiles(directories: readonly string[]): string[] {
  return directories.flatMap((directory) =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => {
      const { size, mtimeMs } = statSync(join(directory, name));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
}

/** Files of a disk that a process has open for writing (proc_pid_fdinfo(5): flags, in octal). */
export function openForWriting(pid: number): string[] {
  return descriptorsOf(pid).filter((descriptor) => {
    try {
      const flags = /^flags:\s+\d*(\d)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'latin1'))?.[1];
      return Number(flags) % 4 > 0 && /^\/(?!dev\/)/.test(readlinkSync(`/proc/${pid}/fd/${descriptor}`));
    } catch {
      return false; // closed meanwhile
    }
  });
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return []; // a process of a self-call, which has ended meanwhile
  }
}
