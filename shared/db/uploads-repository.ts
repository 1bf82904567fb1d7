import type { Insertable } from 'kysely';
import type { DbOrTrx } from './database.ts';
import type { Database, UploadRow } from './schema.ts';

/** A file has one open upload at most: a newer one takes the place of the one before. */
export async function replaceUpload(db: DbOrTrx, upload: Insertable<Database['uploads']>): Promise<void> {
  await db
    .insertInto('uploads')
    .values(upload)
    .onConflict((conflict) => conflict.column('file_id').doUpdateSet({ created_at: new Date(), ...upload }))
    .execute();
}

export function findUpload(db: DbOrTrx, fileId: string): Promise<UploadRow | undefined> {
  return db.selectFrom('uploads').selectAll().where('file_id', '=', fileId).executeTakeFirst();
}

/** Closes the upload. @returns false when it was closed or replaced meanwhile */
export async function closeUpload(db: DbOrTrx, upload: UploadRow): Promise<boolean> {
  const result = await db
    .deleteFrom('uploads')
    .where('file_id', '=', upload.file_id)
    .where('created_at', '=', upload.created_at)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

export async function deleteUpload(db: DbOrTrx, fileId: string): Promise<void> {
  await db.deleteFrom('uploads').where('file_id', '=', fileId).execute();
}

/** A dropped object that is gone again, taken in or removed by whoever dropped it, is not waited for. */
export async function deleteDropUpload(db: DbOrTrx, objectKey: string): Promise<void> {
  await db.deleteFrom('uploads').where('object_key', '=', objectKey).where('object_etag', 'is not', null).execute();
}
