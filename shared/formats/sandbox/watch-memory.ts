import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A bomb allocates about 1 MB a millisecond, so the limit is overrun by some 50 MB at most. */
const CHECK_EVERY_MS = 50;
/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const TICK_MS = 10;
/** Walls are processes of their own around the program, two at the most. */
const MOST_WALLS = 4;

/**
 * Watches the resident memory of a program within its walls, from outside: what runs in it cannot stop that, nor does it
 * need a thread. V8's own limit counts the JavaScript heap alone, not buffers. Only where there is /proc.
 */
export function watchMemory(child: ChildProcess, limitMb: number): { isOver(): boolean; usedMs(): number | undefined } {
  let over = false;
  const timer = setInterval(() => {
    const resident = residentBytes(innermost(child.pid));
    if (resident === undefined || resident <= limitMb * 1024 * 1024) return;
    over = true;
    child.kill('SIGKILL');
  }, CHECK_EVERY_MS);
  timer.unref();
  child.once('close', () => clearInterval(timer));
  child.once('error', () => clearInterval(timer));
  return { isOver: () => over, usedMs: () => processorTimeMs(innermost(child.pid)) };
}

/** The process that was started may be a wall around the one that reads. */
function innermost(pid: number | undefined): number | undefined {
  let inner = pid;
  for (let depth = 0; depth < MOST_WALLS; depth++) {
    const [child] = (read(`/proc/${inner}/task/${inner}/children`) ?? '').split(' ');
    if (!child) break;
    inner = Number(child);
  }
  return inner;
}

function residentBytes(pid: number | undefined): number | undefined {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '') ?? [];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/** Processor time of a process with all its threads; undefined where there is no /proc, and when it is gone. */
export function processorTimeMs(pid: number | undefined): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name before may hold anything; the state is the first field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
