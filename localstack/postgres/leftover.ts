import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess, startOfProcess } from '#localstack/process/identity.ts';

/** SIGINT is PostgreSQL's fast shutdown: it ends the sessions and writes a checkpoint. */
const FAST_SHUTDOWN = 'SIGINT';
const COLLECTED_WITHIN_MS = 2_000;

/** Where the database of a system's data folder lies. */
export function databaseFolder(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/**
 * Ends the server that an earlier run left on this data folder, if its postmaster.pid names one that really works here:
 * a pid alone may belong to somebody else by now.
 */
export async function endLeftoverServer(dataDir: string): Promise<void> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const start = await startOfProcess(pid);
  if (start !== undefined) {
    if (!(await worksOn(pid, dataDir))) return;
    await endProcess(pid, start, { graceMs: 5000, signal: FAST_SHUTDOWN });
  }
  await forgetDead(pid, dataDir);
}

/**
 * A process that was killed answers signals until its new parent has collected it, and as long PostgreSQL takes it for
 * a rival. Some containers have nobody who collects: then the file that names it goes.
 */
async function forgetDead(pid: number, dataDir: string): Promise<void> {
  const deadline = Date.now() + COLLECTED_WITHIN_MS;
  while (answersSignals(pid) && (await startOfProcess(pid)) === undefined) {
    if (Date.now() > deadline) {
      await rm(join(dataDir, 'postmaster.pid'), { force: true });
      return;
    }
    await new Promise((resume) => setTimeout(resume, 10));
  }
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // ESRCH: no such process. EPERM: somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function worksOn(pid: number, dataDir: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0').includes(dataDir);
}
