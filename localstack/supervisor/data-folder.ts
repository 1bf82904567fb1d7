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
/** Only read, so that it may lie on a disk that cannot be written. */
const MODELS = 'models';
const WRITTEN = [
  ...['qdrant', 's3', 'sqs', 'google'],
  ...['secrets.json', 'addresses.json', 'ports.json', 'run.json', 'seed.json', 'lock', 'lock.db'],
];

/** Each is there from the first moment on or holds what cannot be made again. */
const SIGNS_OF_OURS = ['lock.db', 'secrets.json', OF_POSTGRES];
/** May lie in a folder that is new: of disks and of desktops, and what a killed start wrote to try the folder. */
const OF_NOBODY = /^(lost\+found|\.DS_Store|\.gitignore|\.gitkeep|\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Makes the data folder where it is missing, and closes it to other accounts, with what earlier versions left open in it.
 * What we do not make there is left as it is.
 * @returns one sentence for each that stays open, for its modes cannot be changed
 * @throws FolderError saying what stands in the way
 */
export async function prepareDataDir(dataDir: string): Promise<string[]> {
  await prepareFolder('OMNIRAG_DATA_DIR', dataDir);
  const isRoot = process.getuid?.() === 0;
  try {
    const entries = await readdir(dataDir, { withFileTypes: true });
    refuseStrangers(
      dataDir,
      entries.map(({ name }) => name),
    );
    const open = [await close(dataDir, isRoot ? 0o711 : 0o700)];
    for (const entry of entries) {
      const path = join(dataDir, entry.name);
      const isWritten = WRITTEN.includes(entry.name);
      if (!(isWritten || entry.name === MODELS) || entry.isSymbolicLink()) continue;
      await access(path, isWritten ? constants.R_OK | constants.W_OK : constants.R_OK);
      // Readers of files run as a user of their own when we are root, and pass through to what is nobody's secret.
      if (entry.isDirectory()) open.push(await close(path, isRoot && !isWritten ? 0o711 : 0o700));
      else if (entry.isFile()) open.push(await close(path, 0o600));
    }
    return open.filter((text) => text !== undefined);
  } catch (error) {
    throw refusal('OMNIRAG_DATA_DIR', error, dataDir);
  }
}

/** Somebody's home or the root of a disk is not for us to close. @throws FolderError */
function refuseStrangers(dataDir: string, names: readonly string[]): void {
  if (names.some((name) => SIGNS_OF_OURS.includes(name))) return;
  const stranger = names.find((name) => !WRITTEN.includes(name) && name !== MODELS && !OF_NOBODY.test(name));
  if (stranger === undefined) return;
  throw new FolderError(
    `OMNIRAG_DATA_DIR: ${dataDir} contains files that are not OmniRAG's, such as ${stranger}; choose a new or empty folder.`,
  );
}

/**
 * Takes from other accounts what the mode does not give them.
 * @returns a sentence when it stays open: it is another account's, as volumes of a cluster are, or its disk is read-only
 */
async function close(path: string, mode: number): Promise<string | undefined> {
  try {
    await chmod(path, mode);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'EROFS') throw error;
    const found = (await stat(path)).mode & 0o777;
    if ((found & 0o077 & ~mode) === 0) return undefined;
    const why = code === 'EPERM' ? 'it belongs to another account' : 'its disk is read-only';
    return `${path} remains accessible to other accounts (mode ${found.toString(8)}) because ${why}.`;
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
    throw Object.assign(new Error('a broken link'), { code: 'ENOTDIR', path: folder });
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
  return new FolderError(`${setting}: ${path ?? folder} ${why()}; choose a folder that OmniRAG can write to.`);
}

const mayNot = (): string => `cannot be read and written by the account "${userInfo().username}"`;
const REASONS: Record<string, () => string> = {
  EACCES: mayNot,
  EPERM: mayNot,
  EROFS: () => 'is on a read-only disk',
  ENOSPC: () => 'is on a full disk',
  ENOTDIR: () => 'is not a folder',
  ENOENT: () => 'cannot be created',
  ENAMETOOLONG: () => 'has too long a name',
  ELOOP: () => 'is a link to itself',
};
