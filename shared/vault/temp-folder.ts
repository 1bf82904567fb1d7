import { mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Says of a folder in use that it is, so often. */
const HEARTBEAT_MS = 30_000;
/** Without a sign of life for so long its user is dead, though its process may live: one thread of many. */
const SILENT_MS = 600_000;
const PREFIX = 'omnirag-plain';
const NAME = /^omnirag-plain\.([0-9a-f-]+)\.(\d+)\.(\d+)\.[^.]+$/;

/**
 * Runs `use` with the path of an empty folder for plain copies of a person's bytes, which is removed afterwards. Its name
 * says whose bytes and which process: should that be killed, {@link sweepTempFolders} knows that nobody uses it.
 */
export async function withTempFolder<T>(userId: string, use: (folder: string) => Promise<T>): Promise<T> {
  await sweepTempFolders();
  const name = [PREFIX, userId, process.pid, await startOf(process.pid), ''].join('.');
  const folder = await mkdtemp(join(tmpdir(), name));
  const heartbeat = setInterval(() => {
    const now = new Date();
    // Whoever removed it meanwhile has nothing to be told.
    utimes(folder, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  try {
    return await use(folder);
  } finally {
    clearInterval(heartbeat);
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Removes folders of processes on this machine that were killed. Called before each new one and by the sweep, so that
 * on AWS, where each environment has a disk of its own, the next work there does it.
 * @returns how many
 */
export async function sweepTempFolders(): Promise<number> {
  let removed = 0;
  for (const { name, pid, start } of await listTempFolders()) {
    const path = join(tmpdir(), name);
    if (await isInUse(path, pid, start)) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

/** The folders for plain bytes that are there, of this machine's user, and whose bytes they hold. */
export async function listTempFolders(): Promise<{ name: string; userId: string; pid: number; start: string }[]> {
  const names = await readdir(tmpdir());
  return names.flatMap((name) => {
    const [, userId, pid, start] = NAME.exec(name) ?? [];
    return userId && pid && start ? [{ name, userId, pid: Number(pid), start }] : [];
  });
}

async function isInUse(path: string, pid: number, start: string): Promise<boolean> {
  const info = await stat(path).catch(ifMissing);
  // Gone just now; or another account's of this machine, who runs a system of their own.
  if (!info || (process.getuid && info.uid !== process.getuid())) return true;
  return Date.now() - info.mtimeMs < SILENT_MS && isAlive(pid) && (await startOf(pid)) === start;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process began, in the kernel's ticks, because numbers of processes are used again; 0 where that can't be read. */
async function startOf(pid: number): Promise<string> {
  const told = await readFile(`/proc/${pid}/stat`, 'utf8').catch(ifMissing);
  // The name, in parentheses, may hold anything; the 22nd field of all is the 20th behind it.
  return told?.slice(told.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
    return undefined;
  throw error;
}
