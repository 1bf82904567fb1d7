import { DatabaseSync } from 'node:sqlite';

export interface FileLock {
  release(): void;
}

const SQLITE_BUSY = 5;
// Held here too: a database that nobody refers to is collected as garbage, and its lock goes with it.
const held = new Set<DatabaseSync>();

/**
 * Locks a file, which is made where it is missing and stays, until the lock is released or this process ends, however it
 * ends: SQLite takes a lock of the operating system. A file with a process id in it would have to guess after a
 * `kill -9`, and two that find it at once can both come to hold it.
 * @returns undefined when another holds it, of this process or of another
 */
export function lockFile(path: string): FileLock | undefined {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  held.add(file);
  return {
    release: () => {
      held.delete(file);
      file.close();
    },
  };
}
