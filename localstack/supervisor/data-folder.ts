import { randomUUID } from 'node:crypto';
import { access, chmod, constants, lstat, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A folder that is set cannot be used; the message begins with the setting's name. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/** PostgreSQL works under another account when we are root, has its own modes, and has to pass through the folder above. */
const OF_POSTGRES = 'postgres';
const MODELS = 'models';

/**
 * Makes the data folder where it is missing, and closes it to other accounts, with what earlier versions left open in it.
 * @throws FolderError saying what stands in the way
 */
export async function prepareDataDir(dataDir: string): Promise<void> {
  await prepareFolder('OMNIRAG_DATA_DIR', dataDir);
  const isRoot = process.getuid?.() === 0;
  try {
    await chmod(dataDir, isRoot ? 0o711 : 0o700);
    for (const entry of await readdir(dataDir, { withFileTypes: true })) {
      const path = join(dataDir, entry.name);
      if (entry.name === OF_POSTGRES || entry.isSymbolicLink()) continue;
      await access(path, constants.R_OK | constants.W_OK);
      // Readers of files run as a user of their own when we are root, and pass through to what is nobody's secret.
      if (entry.isDirectory()) await chmod(path, isRoot && entry.name === MODELS ? 0o711 : 0o700);
      else if (entry.isFile()) await chmod(path, 0o600);
    }
  } catch (error) {
    throw refusal('OMNIRAG_DATA_DIR', error, dataDir);
  }
}

/**
 * Makes a folder where it is missing, with those above it, and writes into it to see that it can be done.
 * @param setting that names it
 * @param use a folder that is only read may lie on a disk that cannot be written
 * @throws FolderError
 */
export async function prepareFolder(setting: string, folder: string, use: 'read' | 'write' = 'write'): Promise<void> {
  try {
    await makeFolder(resolve(folder));
    if (use === 'read') return await access(folder, constants.R_OK | constants.X_OK);
    const probe = join(folder, `.${randomUUID()}`);
    await writeFile(probe, '', { mode: 0o600 });
    await rm(probe);
  } catch (error) {
    throw refusal(setting, error, folder);
  }
}

/** Node's own recursive mkdir turns for ever, in a thread that no signal ends, below a folder like /proc (seen in 24). */
async function makeFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR', path: folder });
  // A link that leads nowhere: it is there, and a folder cannot be made in its place.
  if ((await lstat(folder).catch(() => undefined)) !== undefined) {
    throw Object.assign(new Error('a link that leads nowhere'), { code: 'ENOTDIR', path: folder });
  }
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

function refusal(setting: string, error: unknown, folder: string): Error {
  const { code, path } = error as NodeJS.ErrnoException;
  const why = code === undefined ? undefined : REASONS[code];
  if (why === undefined) return error instanceof Error ? error : new Error(String(error));
  return new FolderError(`${setting}: ${path ?? folder} ${why()}; name a folder that can be written.`);
}

const mayNot = (): string => `may not be read and written by the account "${userInfo().username}"`;
const REASONS: Record<string, () => string> = {
  EACCES: mayNot,
  EPERM: mayNot,
  EROFS: () => 'is on a disk that cannot be written',
  ENOSPC: () => 'is on a disk that is full',
  ENOTDIR: () => 'is no folder',
  ENOENT: () => 'cannot be made',
  ENAMETOOLONG: () => 'is too long a name',
  ELOOP: () => 'leads in a circle',
};
