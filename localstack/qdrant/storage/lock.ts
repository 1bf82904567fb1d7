import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface FolderLock {
  release(): void;
}

/**
 * Claims a data folder for this process. SQLite takes a lock of the operating system on the file, which ends with the
 * process however it ends; a file with a process id in it would have to guess after a `kill -9`.
 * @throws Error when another server (of this process or of another) holds the folder
 */
export function lockFolder(folder: string): FolderLock {
  const file = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw new Error(`${folder} is in use by another Qdrant-compatible server; stop it or choose another folder.`, {
      cause: error,
    });
  }
  return { release: () => file.close() };
}
