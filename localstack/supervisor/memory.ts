import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';

const SAMPLE_MS = 250;

/** Watches how much memory the processes of the system take. */
export interface MemoryWatch {
  /** The most that any one process of each kind has taken since the start, in MB of resident memory. */
  peakMb(): Record<string, number>;
  stop(): void;
}

/**
 * Samples this process and everything below it. A part goes by its name; a process that a part started goes by the
 * script it runs (or its program), so that short-lived parsers are seen too. Only where there is a /proc; elsewhere only
 * this process is known.
 *
 * It runs as long as the system does: reading the whole of /proc four times a second took a quarter of a core, reading only
 * what is below this process takes less than a hundredth of one.
 *
 * @param parts names by pid
 */
export function watchMemory(parts: ReadonlyMap<number, string>): MemoryWatch {
  const peaks = new Map<string, number>();
  const record = (name: string, kilobytes: number): void => {
    peaks.set(name, Math.max(peaks.get(name) ?? 0, Math.round(kilobytes / 1024)));
  };
  const visit = (pid: number, parent: string | undefined): void => {
    for (const child of childrenOf(pid)) {
      const name = parts.get(child) ?? nameOf(child, parent);
      record(name, highWaterMark(child));
      visit(child, name);
    }
  };
  const sample = (): void => {
    record('supervisor', process.resourceUsage().maxRSS);
    visit(process.pid, undefined);
  };
  const timer = setInterval(sample, SAMPLE_MS);
  timer.unref();
  return {
    peakMb() {
      sample();
      return Object.fromEntries([...peaks].sort(([left], [right]) => left.localeCompare(right)));
    },
    stop: () => clearInterval(timer),
  };
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').map(Number).filter(Boolean);
}

function nameOf(pid: number, parent: string | undefined): string {
  const words = read(`/proc/${pid}/cmdline`).split('\0');
  const script = words.find((word) => /\.[cm]?[jt]s$/.test(word));
  // The children in which files are read, whatever their script is called.
  if (script?.includes('/formats/sandbox/')) return 'reader';
  if (script?.includes('/formats/sound/process/')) return 'decoder';
  if (script !== undefined) return basename(script).replace(/\.[^.]+$/, '');
  // PostgreSQL's own processes call themselves "postgres: …".
  const program = basename(words[0] ?? '').split(/[ :]/)[0] ?? '';
  return program === '' ? (parent ?? 'unknown') : program;
}

function highWaterMark(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

const READ_BYTES = 4_000;

/** The beginning of a file of /proc; empty when its process is gone. */
function read(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    return buffer.toString('utf8', 0, readSync(file, buffer));
  } catch {
    return '';
  } finally {
    closeSync(file);
  }
}
