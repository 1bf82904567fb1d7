import { sql } from 'kysely';
import type { FileSource, FileStatus } from '#shared/domain/file-status.ts';
import type { DbOrTrx } from './database.ts';
import { containing, nameKey } from './named-files-repository.ts';
import type { FileRow, NewFileRow } from './schema.ts';

/** What a duplicate shows of its original. */
export type OriginalState = Pick<
  FileRow,
  | 'status'
  | 'error_code'
  | 'error_message'
  | 'pages'
  | 'pages_done'
  | 'chunks'
  | 'chunks_synced'
  | 'language'
  | 'warnings'
> & { ready_at: string | null; lease_expires_at: string | null };

/** A file as people see it: a duplicate shows the state of its original. */
export type FileWithOriginal = FileRow & { original: OriginalState | null };

/**
 * The original's state, as far as it is of the bytes that both hold: newer bytes of the original that are on their way, or
 * were refused, are nothing to its duplicates.
 */
const originalState = sql`
  case
    when original.id is null then null
    when original.status in ('UPLOADING', 'FAILED') and original.live_generation = original.generation
      then to_jsonb(original) || '{"status": "READY", "error_code": null, "error_message": null}'
    else to_jsonb(original)
  end`;

function visible(db: DbOrTrx, userId: string) {
  return db
    .selectFrom('files')
    .leftJoin('files as original', 'original.id', 'files.duplicate_of')
    .selectAll('files')
    .select(sql<OriginalState | null>`${originalState}`.as('original'))
    .where('files.user_id', '=', userId)
    .where('files.deleted_at', 'is', null);
}

export function findFile(db: DbOrTrx, userId: string, id: string): Promise<FileWithOriginal | undefined> {
  return visible(db, userId).where('files.id', '=', id).executeTakeFirst();
}

/**
 * Holds off whatever else of this person takes rows of several files, or brings bytes that another of their files may have, until
 * this transaction ends. Taken before the first row: deletions go down a tree, publishers by ids, copies follow their
 * original, and no one order of rows fits them all.
 */
export async function lockFilesOf(db: DbOrTrx, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`files/${userId}`}, 0))`.execute(db);
}

/**
 * Locks the rows of one person's files for the transaction: whoever changes chunks of several files, or chunks that
 * others hold, takes the files first, so that two of them never wait for each other.
 */
export async function lockFiles(db: DbOrTrx, userId: string, fileIds: readonly string[]): Promise<void> {
  await lockFilesOf(db, userId);
  await sql`select id from files where id = any(${[...fileIds]}::uuid[]) order by id for no key update`.execute(db);
}

/** For the change that follows in the same transaction. */
export function lockFile(db: DbOrTrx, userId: string, id: string): Promise<FileRow | undefined> {
  return db
    .selectFrom('files')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

export function findFileByExternalId(
  db: DbOrTrx,
  userId: string,
  source: FileSource,
  externalId: string,
): Promise<FileRow | undefined> {
  return db
    .selectFrom('files')
    .selectAll()
    .where('user_id', '=', userId)
    .where('source', '=', source)
    .where('external_id', '=', externalId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** @returns false when a file with this id, or this source's external id, is there already */
export async function insertFile(db: DbOrTrx, file: NewFileRow): Promise<boolean> {
  const result = await db
    .insertInto('files')
    .values(file)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export interface FileListFilter {
  status?: FileStatus | undefined;
  source?: FileSource | undefined;
  contentType?: string | undefined;
  /** The name holds each of them, in any order; accents and signs aside. */
  nameWords?: readonly string[] | undefined;
  /** Only what came out of this file. */
  parentId?: string | undefined;
  /** The last row of the page before. */
  after?: { createdAt: Date; id: string } | undefined;
  limit: number;
}

/** Newest first; duplicates are left out, except where the contents of one file are asked for. */
export function listFiles(db: DbOrTrx, userId: string, filter: FileListFilter): Promise<FileWithOriginal[]> {
  let query = visible(db, userId);
  query = filter.parentId
    ? query.where('files.parent_id', '=', filter.parentId)
    : query.where('files.duplicate_of', 'is', null);
  if (filter.status) query = query.where('files.status', '=', filter.status);
  if (filter.source) query = query.where('files.source', '=', filter.source);
  if (filter.contentType) query = query.where('files.content_type', '=', filter.contentType);
  for (const word of filter.nameWords ?? []) {
    const key = nameKey(word);
    const asTyped = sql<boolean>`position(lower(${word}) in lower(files.filename)) > 0`;
    query = query.where(key === '' ? asTyped : sql<boolean>`(${asTyped} or files.name_key like ${containing(key)})`);
  }
  if (filter.after) {
    query = query.where(
      sql<boolean>`(files.created_at, files.id) < (${filter.after.createdAt}, ${filter.after.id}::uuid)`,
    );
  }
  return query.orderBy('files.created_at', 'desc').orderBy('files.id', 'desc').limit(filter.limit).execute();
}

function originals(db: DbOrTrx, userId: string, sha256: string) {
  return db
    .selectFrom('files')
    .selectAll()
    .where('user_id', '=', userId)
    .where('sha256', '=', sha256)
    .where('content_generation', 'is not', null)
    .where('duplicate_of', 'is', null)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .limit(1);
}

/** The file that holds these bytes already and did not fail. */
export function findOriginal(db: DbOrTrx, userId: string, sha256: string): Promise<FileRow | undefined> {
  return originals(db, userId, sha256).where('status', '<>', 'FAILED').executeTakeFirst();
}

/**
 * The file that a further copy of these bytes is a duplicate of: one that did not fail, or whose text of them is found all
 * the same, because it was newer bytes, or reading these anew, that failed. It can't be deleted before this transaction ends.
 */
export function lockOriginal(
  db: DbOrTrx,
  userId: string,
  sha256: string,
  exceptId: string,
): Promise<FileRow | undefined> {
  return originals(db, userId, sha256)
    .where('id', '<>', exceptId)
    .where((where) =>
      where.or([where('status', '<>', 'FAILED'), where('live_generation', '>=', where.ref('content_generation'))]),
    )
    .forShare()
    .executeTakeFirst();
}

/** Holds off whatever else of this person counts on the same room until this transaction ends. */
export async function lockUsage(db: DbOrTrx, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`usage/${userId}`}, 0))`.execute(db);
}

/**
 * What a person has stored or announced. Files whose bytes were refused hold nothing; one that waits for new bytes takes
 * the room of the larger of both. What may have been uploaded for a file that is deleted counts until it is removed.
 * @param exceptFileId a file that is left out
 */
export async function measureUsage(
  db: DbOrTrx,
  userId: string,
  exceptFileId: string,
): Promise<{ files: number; bytes: number }> {
  return db
    .selectFrom('files')
    .leftJoin('uploads', 'uploads.file_id', 'files.id')
    .select([
      sql<number>`count(*)::int`.as('files'),
      sql<number>`coalesce(sum(greatest(files.size, uploads.size)), 0)::int8
        + (select coalesce(sum(size), 0) from loose_objects where user_id = ${userId})::int8`.as('bytes'),
    ])
    .where('files.user_id', '=', userId)
    .where('files.deleted_at', 'is', null)
    .where('files.id', '<>', exceptFileId)
    .where(({ or, eb }) => or([eb('files.status', '<>', 'FAILED'), eb('files.content_key', 'is not', null)]))
    .executeTakeFirstOrThrow();
}

/** The ids of the person's searchable files that match, for the filter of a search; an empty list matches nothing. */
export async function findSearchableFileIds(
  db: DbOrTrx,
  userId: string,
  filter: {
    fileIds?: readonly string[] | undefined;
    types?: readonly string[] | undefined;
    sources?: readonly FileSource[] | undefined;
    createdAfter?: Date | undefined;
    createdBefore?: Date | undefined;
    filenameContains?: string | undefined;
    limit: number;
  },
): Promise<string[]> {
  if ([filter.fileIds, filter.types, filter.sources].some((list) => list?.length === 0)) return [];
  let query = db
    .selectFrom('files')
    .select('id')
    .where('user_id', '=', userId)
    .where('live_generation', 'is not', null)
    .where('duplicate_of', 'is', null)
    .where('deleted_at', 'is', null);
  if (filter.fileIds) {
    // Search finds the original of a duplicate, which the duplicate stands for.
    const meant = db
      .selectFrom('files')
      .select(sql<string>`coalesce(duplicate_of, id)`.as('id'))
      .where('id', 'in', [...filter.fileIds])
      .where('user_id', '=', userId)
      .where('deleted_at', 'is', null);
    query = query.where('id', 'in', meant);
  }
  if (filter.types) query = query.where('content_type', 'in', [...filter.types]);
  if (filter.sources) query = query.where('source', 'in', [...filter.sources]);
  if (filter.createdAfter) query = query.where('created_at', '>=', filter.createdAfter);
  if (filter.createdBefore) query = query.where('created_at', '<', filter.createdBefore);
  if (filter.filenameContains) {
    query = query.where(sql<boolean>`position(lower(${filter.filenameContains}) in lower(filename)) > 0`);
  }
  return (await query.limit(filter.limit).execute()).map((row) => row.id);
}

/**
 * How many files of the person's Drive were handed over and are not through the pipeline. What stands still does not
 * count, so that it holds up nothing for ever.
 */
export async function countInPipeline(db: DbOrTrx, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('files')
    .innerJoin('drive_items', 'drive_items.file_id', 'files.id')
    .select(sql<number>`count(*)`.as('count'))
    .where('files.user_id', '=', userId)
    .where('drive_items.user_id', '=', userId)
    // Else its bytes are still to be fetched.
    .where('drive_items.dirty', '=', false)
    .where('files.status', 'not in', ['READY', 'FAILED'])
    .where('files.duplicate_of', 'is', null)
    .where('files.deleted_at', 'is', null)
    .where('files.updated_at', '>', sql<Date>`now() - interval '5 minutes'`)
    .executeTakeFirstOrThrow();
  return count;
}

/** The bytes and what was made of them stay as they are; bytes that are on their way will not bring the old name back. */
export async function renameFile(db: DbOrTrx, userId: string, id: string, filename: string): Promise<void> {
  await db.updateTable('files').set({ filename }).where('id', '=', id).where('user_id', '=', userId).execute();
  await db.updateTable('uploads').set({ filename }).where('file_id', '=', id).where('user_id', '=', userId).execute();
}
