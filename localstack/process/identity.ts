import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * When a process started, in the system's own words; together with the pid it names one process for ever, because a pid
 * alone is used again. Undefined when there is no such process.
 */
export async function startOfProcess(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return startFromProc(pid);
  const answer = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => undefined);
  const text = answer?.stdout.trim();
  return text === '' ? undefined : text;
}

async function startFromProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name, in brackets, may hold spaces; the 22nd field counts clock ticks since the machine started.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

/** True while exactly this process lives. */
export async function isSameProcess(pid: number, start: string): Promise<boolean> {
  return (await startOfProcess(pid)) === start;
}

/** Ends a process: SIGTERM, or the signal given, then SIGKILL after `graceMs`. Returns when it is gone. */
export async function endProcess(
  pid: number,
  start: string,
  options: { graceMs: number; signal?: NodeJS.Signals },
): Promise<void> {
  if (!(await isSameProcess(pid, start))) return;
  process.kill(pid, options.signal ?? 'SIGTERM');
  if (await goneWithin(pid, start, options.graceMs)) return;
  if (await isSameProcess(pid, start)) process.kill(pid, 'SIGKILL');
  await goneWithin(pid, start, options.graceMs);
}

async function goneWithin(pid: number, start: string, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    if (!(await isSameProcess(pid, start))) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}
