import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFile } from '#localstack/file-lock.ts';

/** Another live process works on this data folder. */
export class DataDirLockedError extends Error {
  override readonly name = 'DataDirLockedError';
}

/**
 * Takes the data folder for this process, until it gives the folder back or ends.
 *
 * @returns gives the folder back, once
 * @throws DataDirLockedError naming the pid that holds it
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  const lock = lockFile(join(dataDir, 'lock.db'));
  // Who holds it is for people to read; nothing is decided by it.
  const note = join(dataDir, 'lock');
  if (!lock) {
    const holder = await readFile(note, 'utf8').catch(() => '');
    const process = holder === '' ? '' : ` as process ${holder}`;
    throw new DataDirLockedError(`${dataDir} is in use: OmniRAG is already running there${process}.`);
  }
  await writeFile(note, String(process.pid), { mode: 0o600 });
  let isHeld = true;
  return async () => {
    if (!isHeld) return;
    isHeld = false;
    await rm(note, { force: true });
    lock.release();
  };
}
