import { Readable } from 'node:stream';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import type { FileRow } from '#shared/db/schema.ts';
import { findStoredFile } from '#shared/db/stored-files-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import type { Log } from '#shared/ports/log.ts';
import type { ContentStore } from '#shared/vault/content-store.ts';
import type { Entries } from './entries.ts';

/** From here on an entry needs the wider form of zip, which has to be chosen before its bytes are there. */
const ZIP64_FROM = 0xffffffff;

export interface ArchiveDeps {
  db: Db;
  content: ContentStore;
  log: Log;
}

/** A file whose bytes the archive lacks, or has in part. */
export interface Unreadable {
  file: string;
  filename: string;
  code: ErrorCode;
  message: string;
  size: number;
  /** Of `size`; those that could be read are in the archive. */
  bytesRead: number;
}

/**
 * Adds a file's bytes as far as they can be read. What is damaged or missing stays so, and is left out; what can't be
 * reached breaks the archive off, so that it is tried again, unless this is the last attempt.
 * @returns what is lacking
 */
export async function addBytes(
  deps: ArchiveDeps,
  file: FileRow,
  entries: Entries,
  isLast: boolean,
): Promise<Unreadable | undefined> {
  if (file.content_key === null) return undefined;
  let bytesRead = 0;
  let broken: unknown;
  const spare = (error: unknown): undefined => {
    if (!isLast && !(error instanceof AppError && error.code === 'INTEGRITY_ERROR')) throw error;
    deps.log.warn({ err: error, fileId: file.id }, 'an archive is missing the content of a file');
    broken = error;
    return undefined;
  };
  const bytes = await deps.content.read(file).catch(spare);
  if (bytes) {
    const sound = async function* (): AsyncGenerator<Buffer> {
      try {
        for await (const piece of bytes as AsyncIterable<Buffer>) {
          bytesRead += piece.length;
          yield piece;
        }
      } catch (error) {
        spare(error);
      }
    };
    // Their names may be alike; most are packed already, so the bytes are stored as they are.
    const options = { compress: false, forceZip64Format: file.size >= ZIP64_FROM };
    await entries.add(`files/${file.id}/${file.filename}`, Readable.from(sound(), { objectMode: false }), options);
  } else if (broken === undefined) {
    const now = await findNow(deps, file);
    if (now?.content_key !== file.content_key) return now && addBytes(deps, now, entries, isLast);
    broken = new AppError('INTEGRITY_ERROR', { detail: 'The stored content of the file is missing.' });
  }
  return broken === undefined ? undefined : describe(file, broken, bytesRead);
}

/** Since the archive was begun the file may have been deleted, or have got other bytes. */
function findNow({ db }: ArchiveDeps, { id, user_id: userId }: FileRow): Promise<FileRow | undefined> {
  return asUser(db, userId, (trx) => findStoredFile(trx, userId, id));
}

function describe({ id, filename, size }: FileRow, error: unknown, bytesRead: number): Unreadable {
  const { code, message } =
    error instanceof AppError
      ? error
      : new AppError('DEPENDENCY_UNAVAILABLE', { detail: 'The object storage is not responding.' });
  return { file: id, filename, code, message, size, bytesRead };
}
