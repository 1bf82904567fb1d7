import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSameProcess, startOfProcess } from '#localstack/process/identity.ts';

/** Another live process works on this data folder. */
export class DataDirLockedError extends Error {
  override readonly name = 'DataDirLockedError';
}

/**
 * Takes the data folder for this process. The lock of a process that is gone is taken over.
 *
 * @returns gives the folder back
 * @throws DataDirLockedError naming the pid that holds it
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, 'lock');
  const mine = `${process.pid} ${(await startOfProcess(process.pid)) ?? ''}`;
  const draft = `${path}.${randomUUID()}`;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    // A link appears with its content, so nobody reads a half-written lock.
    await writeFile(draft, mine, { mode: 0o600 });
    const taken = await link(draft, path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw error;
      },
    );
    await rm(draft, { force: true });
    if (taken) return () => rm(path, { force: true });

    const holder = await readFile(path, 'utf8').catch(() => '');
    if (holder === '') continue;
    const [pid = '', start = ''] = holder.split(/ (.*)/s, 2);
    if (await isSameProcess(Number(pid), start)) {
      throw new DataDirLockedError(`${dataDir} is in use: OmniRAG runs there as process ${pid}.`);
    }
    await removeStale(path, holder);
  }
  throw new DataDirLockedError(`${dataDir} is being taken by other processes; try again.`);
}

/** Of several processes that find the same dead lock, none may remove the new lock of another. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale.${randomUUID()}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const content = await readFile(aside, 'utf8');
  // What was moved is somebody's new lock after all: it goes back.
  if (content !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
