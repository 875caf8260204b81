import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { Needle } from './needles.ts';

const pageBytes = 4_096n;

/** One place in the memory of a process where a needle was found. */
export interface Hit {
  readonly needle: Needle;
  /** What is mapped there, as proc_pid_maps(5) has it, and what stands around it, printable. */
  readonly mapping: string;
  readonly around: string;
}

/**
 * Every needle that stands in the memory of a process at this moment. It stands still only while its memory is copied (a
 * collector that moves things behind the search's back would hide them from it), and the search lets this process get on with
 * its own sockets: nobody is to be taken for silent because of it. Rejects when there is no such process.
 */
export async function searchProcess(pid: number, needles: readonly Needle[]): Promise<Hit[]> {
  const search = new Search(needles);
  const hits: Hit[] = [];
  for (const { bytes, name } of copyOf(pid)) {
    search.in(bytes, (needle, index) => {
      hits.push({ needle, mapping: name, around: printable(bytes.subarray(Math.max(0, index - 48), index + 80)) });
    });
    await turn();
  }
  return hits;
}

interface Part {
  readonly bytes: Buffer;
  readonly name: string;
}

function copyOf(pid: number): Part[] {
  const [memory, pages] = [openSync(`/proc/${pid}/mem`, 'r'), openSync(`/proc/${pid}/pagemap`, 'r')];
  process.kill(pid, 'SIGSTOP');
  try {
    return readableMappings(pid)
      .flatMap((mapping) => usedPages(pages, mapping))
      .map(({ from, to, name }) => ({ bytes: read(memory, from, Number(to - from)), name }));
  } finally {
    process.kill(pid, 'SIGCONT');
    closeSync(memory);
    closeSync(pages);
  }
}

/** Finds many needles in one pass: the first three bytes of each lead to those that begin so. */
export class Search {
  /** 1 for every three bytes that a needle begins with. */
  readonly #starts = new Uint8Array(2 ** 24);
  readonly #byStart = new Map<number, Needle[]>();

  /** Needles have three bytes at least. */
  constructor(needles: readonly Needle[]) {
    for (const needle of needles) {
      const start = needle.bytes.readUIntBE(0, 3);
      this.#starts[start] = 1;
      const others = this.#byStart.get(start);
      if (others === undefined) this.#byStart.set(start, [needle]);
      else others.push(needle);
    }
  }

  /** Calls `found` for every needle in `bytes`. */
  in(bytes: Buffer, found: (needle: Needle, at: number) => void): void {
    const starts = this.#starts;
    let start = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
    for (let next = 2; next < bytes.length; next += 1) {
      start = (start % 65_536) * 256 + (bytes[next] ?? 0);
      if (starts[start] === 1) this.#compare(bytes, next - 2, start, found);
    }
  }

  #compare(bytes: Buffer, at: number, start: number, found: (needle: Needle, at: number) => void): void {
    for (const needle of this.#byStart.get(start) ?? []) {
      if (bytes.subarray(at, at + needle.bytes.length).equals(needle.bytes)) found(needle, at);
    }
  }
}

interface Mapping {
  readonly from: bigint;
  readonly to: bigint;
  readonly name: string;
}

/** All that can be read of a process but what the kernel maps for itself. */
function readableMappings(pid: number): Mapping[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'latin1').trim().split('\n');
  return lines.flatMap((line) => {
    const parts = /^([0-9a-f]+)-([0-9a-f]+) (r\S+) \S+ \S+ \S+ *(.*)$/.exec(line);
    if (parts === null) return [];
    const [, from = '0', to = '0', rights = '', name = ''] = parts;
    if (name === '[vvar]' || name === '[vsyscall]' || name === '[vvar_vclock]') return [];
    return [{ from: BigInt(`0x${from}`), to: BigInt(`0x${to}`), name: `${rights} ${name}` }];
  });
}

/** The parts of a mapping that hold anything (proc_pid_pagemap(5): of each page's 8 bytes, the highest bits say present or swapped). */
function usedPages(pages: number, { from, to, name }: Mapping): Mapping[] {
  const entries = Buffer.alloc(Number((to - from) / pageBytes) * 8);
  readSync(pages, entries, 0, entries.length, Number((from / pageBytes) * 8n));
  const parts: { from: bigint; to: bigint; name: string }[] = [];
  for (let page = 0; page * 8 < entries.length; page += 1) {
    if ((entries[page * 8 + 7] ?? 0) < 0x40) continue;
    const at = from + BigInt(page) * pageBytes;
    const last = parts.at(-1);
    if (last?.to === at) last.to += pageBytes;
    else parts.push({ from: at, to: at + pageBytes, name });
  }
  return parts;
}

/** What stands there; nothing where nothing can be read because it is a device's. */
function read(memory: number, position: bigint, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  try {
    return bytes.subarray(0, readSync(memory, bytes, 0, length, position));
  } catch {
    return Buffer.alloc(0);
  }
}

function printable(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll(/[^ -~]/g, '·');
}
