import { sql } from 'kysely';
import { asEachPerson } from './as-user.ts';
import { leasePendingChunks } from './cross-tenant.ts';
import type { Db, DbOrTrx } from './database.ts';
import type { ChunkRow } from './schema.ts';

export interface ClaimedChunk {
  id: string;
  userId: string;
  fileId: string;
  generation: number;
  chunkIndex: number;
  page: number;
  /** Of a picture by the pictures' model. */
  dense: number[];
  /** Null for a picture, and the weights with them. */
  indices: number[] | null;
  weights: number[] | null;
  model: string;
  attempts: number;
}

/** Leases a batch of pending chunks to `holder`, as {@link leasePendingChunks} does, and reads them. */
export async function claimPendingChunks(
  db: Db,
  holder: string,
  options: { limit: number; leaseSeconds: number },
): Promise<ClaimedChunk[]> {
  const leased = Map.groupBy(await leasePendingChunks(db, holder, options), (chunk) => chunk.userId);
  const read = await asEachPerson(db, [...leased.keys()], (trx, userId) =>
    listLeased(
      trx,
      holder,
      (leased.get(userId) ?? []).map((chunk) => chunk.id),
    ),
  );
  return read.flat();
}

async function listLeased(db: DbOrTrx, holder: string, ids: readonly string[]): Promise<ClaimedChunk[]> {
  const { rows } = await sql<ClaimedChunk>`
    select id, user_id as "userId", file_id as "fileId", generation, chunk_index as "chunkIndex", page,
      dense_vector as dense, sparse_indices as indices, sparse_values as weights, embedding_model as model, attempts
    from chunks
    where id = any(${[...ids]}::uuid[]) and lease_holder = ${holder}::uuid and sync_status = 'PENDING'`.execute(db);
  return rows;
}

/**
 * Prolongs the lease of `holder` on those of the chunks that it still holds and that still are to be published.
 * Rows that another transaction is changing count as lost: waiting for them could end in a deadlock.
 * @returns the ids of the chunks that are held for `leaseSeconds` from now on
 */
export async function renewLease(
  db: DbOrTrx,
  holder: string,
  ids: readonly string[],
  leaseSeconds: number,
): Promise<Set<string>> {
  const result = await sql<{ id: string }>`
    with held as (
      select c.id
      from chunks c
      join files f on f.id = c.file_id
      where c.id = any(${[...ids]}::uuid[]) and c.sync_status = 'PENDING'
        and c.lease_holder = ${holder}::uuid and c.lease_expires_at > now()
        and f.deleted_at is null and f.generation = c.generation and f.status <> 'FAILED'
      for update of c skip locked
    )
    update chunks c
    set lease_expires_at = now() + make_interval(secs => ${leaseSeconds})
    from held
    where c.id = held.id
    returning c.id`.execute(db);
  return new Set(result.rows.map((row) => row.id));
}

/** Gives back chunks for which no request was sent: they are due for anyone at once. */
export async function releaseLease(db: DbOrTrx, holder: string, ids: readonly string[]): Promise<void> {
  await sql`
    update chunks set lease_holder = null, lease_expires_at = null
    where id in (
      select id from chunks where id = any(${[...ids]}::uuid[]) and lease_holder = ${holder}::uuid
      for update skip locked
    )`.execute(db);
}

export interface SyncedOfFile {
  fileId: string;
  generation: number;
  synced: number;
  pictures: number;
}

/**
 * Marks published chunks and drops their vectors, in one statement. Only rows still leased to `holder` change.
 * @returns how many passages and pictures of each file generation changed, in the order of the files' ids
 */
export function markSynced(db: DbOrTrx, holder: string, ids: readonly string[]): Promise<SyncedOfFile[]> {
  return sql<SyncedOfFile>`
    with done as (
      update chunks
      set sync_status = 'SYNCED', dense_vector = null, sparse_indices = null, sparse_values = null,
          qdrant_id = id, lease_holder = null, lease_expires_at = null, last_error = null
      where id = any(${[...ids]}::uuid[]) and lease_holder = ${holder}::uuid and sync_status = 'PENDING'
      returning file_id, generation, chunk_index
    )
    select file_id as "fileId", generation, count(*) filter (where chunk_index >= 0)::int as synced,
      count(*) filter (where chunk_index < 0)::int as pictures
    from done
    group by file_id, generation
    order by file_id, generation`
    .execute(db)
    .then((result) => result.rows);
}

export async function addSynced(db: DbOrTrx, file: SyncedOfFile): Promise<void> {
  await db
    .updateTable('files')
    .set({
      chunks_synced: sql`chunks_synced + ${file.synced}`,
      pictures_synced: sql`pictures_synced + ${file.pictures}`,
      updated_at: sql`now()`,
    })
    .where('id', '=', file.fileId)
    .where('generation', '=', file.generation)
    .execute();
}

/** What a chunk's `last_error` says after an attempt that met an outage, unlike one that was refused. */
export const OUTAGE_REASON = 'The vector store is not responding.';

/**
 * Counts a failed attempt, from one again when outages went before the first refusal, and says when the next may begin. The lease is kept: a request that timed out may still
 * land, and a tombstone of the file waits for the lease to end.
 */
export async function postponeChunks(
  db: DbOrTrx,
  holder: string,
  ids: readonly string[],
  failure: { delaySeconds: number; reason: string },
): Promise<void> {
  await sql`
    update chunks
    set attempts = case
          when last_error = ${OUTAGE_REASON} and ${failure.reason}::text <> ${OUTAGE_REASON} then 1
          else attempts + 1 end,
        last_error = ${failure.reason},
        next_attempt_at = now() + make_interval(secs => ${failure.delaySeconds})
    where id = any(${[...ids]}::uuid[]) and lease_holder = ${holder}::uuid and sync_status = 'PENDING'`.execute(db);
}

/** @returns the file generations that have a chunk without attempts left; their chunks are FAILED from here on */
export function failExhaustedChunks(
  db: DbOrTrx,
  holder: string,
  ids: readonly string[],
  maxAttempts: number,
): Promise<{ fileId: string; generation: number; reason: string }[]> {
  return sql<{ fileId: string; generation: number; reason: string }>`
    with exhausted as (
      update chunks
      set sync_status = 'FAILED', dense_vector = null, sparse_indices = null, sparse_values = null
      where id = any(${[...ids]}::uuid[]) and lease_holder = ${holder}::uuid and attempts >= ${maxAttempts}
        and sync_status = 'PENDING'
      returning file_id, generation, last_error
    )
    select file_id as "fileId", generation, max(last_error) as reason from exhausted group by file_id, generation`
    .execute(db)
    .then((result) => result.rows);
}

/** When the last lease on a chunk of the file up to this generation ends; undefined when none is held. */
export async function lastLeaseEnd(
  db: DbOrTrx,
  fileId: string,
  upToGeneration: number,
): Promise<NonNullable<ChunkRow['lease_expires_at']> | undefined> {
  const row = await db
    .selectFrom('chunks')
    .select((expression) => expression.fn.max('lease_expires_at').as('end'))
    .where('file_id', '=', fileId)
    .where('generation', '<=', upToGeneration)
    .where('lease_expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return row?.end ?? undefined;
}
