import type { Entry, ZipFile } from 'yauzl';
import { AppError } from '#shared/errors/app-error.ts';
import { childPath, isLitter } from './child-path.ts';
import { refuseOverlap } from './refuse-overlap.ts';
import { nameEntries } from './zip-name.ts';

/** Directories and litter included: how long a table of contents is read at all. */
const MAX_ENTRIES = 100_000;
const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;

export interface Archive {
  archive: ZipFile;
  /** Without directories, links and litter. */
  files: Entry[];
  names: ReadonlyMap<Entry, string>;
  warnings: string[];
}

/** @throws AppError DAMAGED_FILE, ARCHIVE_LIMIT */
export async function openArchive(path: string): Promise<Archive> {
  const { openPromise } = await import('yauzl');
  const archive = await openPromise(path, { autoClose: false, decodeStrings: false, lazyEntries: true }).catch(refuse);
  const warnings: string[] = [];
  try {
    const entries = await readEntries(archive, warnings);
    refuseOverlap(entries);
    const names = nameEntries(entries);
    const files = entries.filter((entry) => isFile(entry, names.get(entry) ?? '', warnings));
    return { archive, files, names, warnings };
  } catch (error) {
    archive.close();
    throw error;
  }
}

export function tooMany(count: number, most: number): AppError {
  return new AppError('ARCHIVE_LIMIT', { detail: `The archive contains ${count} files; at most ${most} are allowed.` });
}

/** A table of contents that breaks off gives what stands before. */
async function readEntries(archive: ZipFile, warnings: string[]): Promise<Entry[]> {
  if (archive.entryCount > MAX_ENTRIES) throw tooMany(archive.entryCount, MAX_ENTRIES);
  const entries: Entry[] = [];
  try {
    for await (const entry of archive.eachEntry()) entries.push(entry);
  } catch (error) {
    if (entries.length === 0) refuse(error);
    warnings.push(`The archive is damaged: only ${entries.length} of ${archive.entryCount} entries could be found.`);
  }
  return entries;
}

function isFile(entry: Entry, name: string, warnings: string[]): boolean {
  if (name.endsWith('/') || isLitter(childPath(name))) return false;
  const isLink = ((entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK) === SYMBOLIC_LINK;
  if (isLink) warnings.push(`${childPath(name)} was skipped: it is only a link to another file.`);
  return !isLink;
}

function refuse(error: unknown): never {
  if (error instanceof AppError || (error instanceof Error && 'syscall' in error)) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new AppError('DAMAGED_FILE', { detail: `The archive is damaged (${reason}).`, cause: error });
}
