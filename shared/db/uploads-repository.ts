import { type Insertable, type RawBuilder, sql } from 'kysely';
import type { DbOrTrx } from './database.ts';
import type { Database, UploadRow } from './schema.ts';

/** Addresses that were signed end with the upload; a request that was sent just before may still be at work. */
const AFTER_THE_LAST = sql`interval '1 minute'`;

/** Whoever dealt with the bytes removes the object right after; this is for those who are killed there. */
const FOR_ITS_READER = sql`interval '1 minute'`;

/**
 * Ends uploads; what lies, or may still arrive, under their keys is loose from here on, to be removed. Nothing ever
 * arrives for a child of another file.
 * @param counted the announced bytes take up room until they are removed
 * @returns how many were open
 */
async function endUploads(db: DbOrTrx, which: RawBuilder<unknown>, counted: boolean): Promise<number> {
  const { rows } = await sql<{ ended: number }>`
    with ended as (delete from uploads where ${which} returning *),
    loose as (
      insert into loose_objects
        (user_id, file_id, bucket, object_key, object_etag, object_modified, size, due_at, last_at)
      select user_id, file_id, 'incoming', object_key, object_etag, object_modified,
        case when ${counted} then size else 0 end, case when ${counted} then now() else now() + ${FOR_ITS_READER} end,
        case when ${counted} or expires_at < now() then greatest(expires_at, now()) + ${AFTER_THE_LAST} else now() end
      from ended
      where object_key not like 'children/%'
      on conflict (bucket, object_key) do update set
        file_id = excluded.file_id, object_etag = excluded.object_etag, object_modified = excluded.object_modified,
        size = excluded.size, due_at = excluded.due_at, last_at = excluded.last_at, given_up = false
    )
    select count(*)::int as ended from ended`.execute(db);
  return rows[0]?.ended ?? 0;
}

/** A file has one open upload at most: a newer one takes the place of the one before, whose bytes are not wanted any more. */
export async function replaceUpload(db: DbOrTrx, upload: Insertable<Database['uploads']>): Promise<void> {
  await endUploads(db, sql`file_id = ${upload.file_id} and object_key <> ${upload.object_key}`, true);
  await db
    .insertInto('uploads')
    .values(upload)
    .onConflict((conflict) => conflict.column('file_id').doUpdateSet({ created_at: new Date(), ...upload }))
    .execute();
}

export function findUpload(db: DbOrTrx, fileId: string): Promise<UploadRow | undefined> {
  return db.selectFrom('uploads').selectAll().where('file_id', '=', fileId).executeTakeFirst();
}

/**
 * Closes the upload: its bytes were dealt with, and what lies in the incoming bucket is to be removed.
 * @returns false when it was closed or replaced meanwhile
 */
export async function closeUpload(db: DbOrTrx, upload: UploadRow): Promise<boolean> {
  const which = sql`file_id = ${upload.file_id} and created_at = ${upload.created_at}`;
  return (await endUploads(db, which, false)) > 0;
}

/** The files' bytes are not wanted any more: what came of them, and what may still come, is to be removed. */
export async function abandonUploads(db: DbOrTrx, fileIds: readonly string[]): Promise<void> {
  await endUploads(db, sql`file_id = any(${[...fileIds]}::uuid[])`, true);
}

export async function abandonAllUploads(db: DbOrTrx, userId: string): Promise<void> {
  await endUploads(db, sql`user_id = ${userId}`, true);
}

/** A dropped object that is gone again, taken in or removed by whoever dropped it, is not waited for. */
export async function deleteDropUpload(db: DbOrTrx, objectKey: string): Promise<void> {
  await db.deleteFrom('uploads').where('object_key', '=', objectKey).where('object_etag', 'is not', null).execute();
}
