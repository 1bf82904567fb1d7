import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { AppError } from '#shared/errors/app-error.ts';
import { childPath, isLitter, uniquePath } from './archive/child-path.ts';
import { refuseOverlap } from './archive/refuse-overlap.ts';
import { unpackEntry } from './archive/unpack-entry.ts';
import { zipName } from './archive/zip-name.ts';
import type { ChildFile, ChildLimits } from './child-file.ts';
import type { Format, OpenDocument } from './format.ts';

/** Directories and litter included: how long a table of contents is read at all. */
const MAX_ENTRIES = 100_000;
const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/** ZIP archives: no text of their own, each file in them is a file of its own. */
export const zip: Format = {
  id: 'zip',
  contentTypes: ['application/zip', 'application/x-zip-compressed'],
  extensions: ['zip'],
  family: 'zip',
  paged: false,
  holdsFiles: true,
  open: openZip,
};

async function openZip(path: string): Promise<OpenDocument> {
  const { openPromise } = await import('yauzl');
  const archive = await openPromise(path, { autoClose: false, decodeStrings: false, lazyEntries: true }).catch(refuse);
  const warnings: string[] = [];
  const entries = await readEntries(archive, warnings);
  refuseOverlap(entries);
  const files = entries.filter((entry) => isFile(entry, warnings));
  const open = files.filter((entry) => !entry.isEncrypted());
  if (open.length === 0 && files.length > 0) throw new AppError('ENCRYPTED_DOCUMENT');
  if (open.length < files.length) warnings.push(`${files.length - open.length} files are locked with a password.`);
  return {
    pageCount: 0,
    warnings,
    page: (number) => Promise.reject(new RangeError(`Page ${number} of an archive was asked for.`)),
    children: (limits) => listChildren(archive, open, limits),
    close: async () => archive.close(),
  };
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

function isFile(entry: Entry, warnings: string[]): boolean {
  const name = zipName(entry);
  if (name.endsWith('/') || isLitter(childPath(name))) return false;
  const isLink = ((entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK) === SYMBOLIC_LINK;
  if (isLink) warnings.push(`${childPath(name)} was left out: it only points to another file.`);
  return !isLink;
}

async function listChildren(archive: ZipFile, entries: readonly Entry[], limits: ChildLimits): Promise<ChildFile[]> {
  if (entries.length > limits.files) throw tooMany(entries.length, limits.files);
  await countUnpacked(archive, entries, limits);
  const taken = new Set<string>();
  return entries.map((entry) => ({
    path: uniquePath(childPath(zipName(entry)), taken),
    write: (to) => writeEntry(archive, entry, to, limits.fileBytes),
  }));
}

/** Unpacks everything once and keeps nothing, so that a bomb is known before its first file is stored. */
async function countUnpacked(archive: ZipFile, entries: readonly Entry[], { bytes }: ChildLimits): Promise<void> {
  let total = 0;
  for (const entry of entries) {
    try {
      for await (const piece of unpackEntry(archive, entry)) {
        total += piece.length;
        if (total > bytes) {
          throw new AppError('ARCHIVE_LIMIT', { detail: `The archive unpacks to more than ${bytes / 2 ** 20} MiB.` });
        }
      }
    } catch (error) {
      // One damaged file says so when its turn comes.
      if (!(error instanceof AppError) || error.code === 'ARCHIVE_LIMIT') throw error;
    }
  }
}

async function writeEntry(archive: ZipFile, entry: Entry, to: string, most: number): Promise<number> {
  let size = 0;
  await pipeline(
    unpackEntry(archive, entry),
    async function* (pieces) {
      for await (const piece of pieces) {
        size += piece.length;
        if (size > most) throw new AppError('FILE_TOO_LARGE', { detail: `it is larger than ${most} bytes` });
        yield piece;
      }
    },
    createWriteStream(to, { flags: 'wx' }),
  );
  return size;
}

function tooMany(count: number, most: number): AppError {
  return new AppError('ARCHIVE_LIMIT', { detail: `The archive holds ${count} files, more than ${most}.` });
}

function refuse(error: unknown): never {
  if (error instanceof AppError || (error instanceof Error && 'syscall' in error)) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new AppError('DAMAGED_FILE', { detail: `The archive is damaged (${reason}).`, cause: error });
}
