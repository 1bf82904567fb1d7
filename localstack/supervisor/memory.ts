import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';

const SAMPLE_MS = 250;

/** Watches how much memory the processes of the system take. */
export interface MemoryWatch {
  /** The most that any one process of each kind has taken since the start, in MB of resident memory. */
  peakMb(): Promise<Record<string, number>>;
  stop(): void;
}

/**
 * Samples this process and everything below it. A part goes by its name; a process that a part started goes by the
 * script it runs (or its program), so that short-lived parsers are seen too. Only where there is a /proc; elsewhere only
 * this process is known.
 *
 * @param parts names by pid
 */
export function watchMemory(parts: ReadonlyMap<number, string>): MemoryWatch {
  const peaks = new Map<string, number>();
  const record = (name: string, kilobytes: number): void => {
    peaks.set(name, Math.max(peaks.get(name) ?? 0, Math.round(kilobytes / 1024)));
  };
  const sample = async (): Promise<void> => {
    record('supervisor', process.resourceUsage().maxRSS);
    for (const { pid, name } of await descendants(parts)) record(name, await highWaterMark(pid));
  };
  let running: Promise<void> | undefined;
  const sampleOnce = (): Promise<void> => {
    running ??= sample().finally(() => {
      running = undefined;
    });
    return running;
  };
  const timer = setInterval(() => {
    sampleOnce().then(undefined, () => clearInterval(timer));
  }, SAMPLE_MS);
  timer.unref();
  return {
    async peakMb() {
      await sampleOnce();
      return Object.fromEntries([...peaks].sort(([left], [right]) => left.localeCompare(right)));
    },
    stop: () => clearInterval(timer),
  };
}

async function descendants(parts: ReadonlyMap<number, string>): Promise<Array<{ pid: number; name: string }>> {
  const children = new Map<number, number[]>();
  for (const entry of await readdir('/proc').catch(() => [])) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: Array<{ pid: number; name: string }> = [];
  const visit = async (pid: number, inherited: string | undefined): Promise<void> => {
    for (const child of children.get(pid) ?? []) {
      const name = parts.get(child) ?? (await nameOf(child, inherited));
      found.push({ pid: child, name });
      await visit(child, name);
    }
  };
  await visit(process.pid, undefined);
  return found;
}

async function nameOf(pid: number, parent: string | undefined): Promise<string> {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  const script = words.find((word) => /\.[cm]?[jt]s$/.test(word));
  // The children in which files are read, whatever their script is called.
  if (script?.includes('/pipeline/extract/')) return 'parser';
  if (script?.includes('/pipeline/sound/')) return 'decoder';
  if (script !== undefined) return basename(script).replace(/\.[^.]+$/, '');
  // PostgreSQL's own processes call themselves "postgres: …".
  const program = basename(words[0] ?? '').split(/[ :]/)[0] ?? '';
  return program === '' ? (parent ?? 'unknown') : program;
}

async function highWaterMark(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}
