import { sql } from 'kysely';
import type { BucketRole } from '#shared/ports/object-storage.ts';
import type { DbOrTrx } from './database.ts';

/**
 * Those of a person's objects that a row owns: a file or its page names it, an upload or a writer waits for it, it is to be
 * removed, its file is being deleted, or it is of an archive that was asked for.
 */
export async function findOwnedKeys(
  db: DbOrTrx,
  userId: string,
  bucket: BucketRole,
  keys: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    with asked as (
      select key, split_part(key, '/', 3) as name,
        case when key like 'files/%' then split_part(key, '/', 3)::uuid end as file
      from unnest(${[...keys]}::text[]) as key
    )
    select key from asked
    where exists (select from loose_objects where bucket = ${bucket} and object_key = key)
      or ${bucket} = 'incoming' and exists (select from uploads where user_id = ${userId} and object_key = key)
      or ${bucket} = 'storage' and key like 'exports/%' and exists (
        select from exports where user_id = ${userId} and starts_with(name, id::text)
      )
      or ${bucket} = 'storage' and (
        exists (select from files where id = file and user_id = ${userId} and content_key = key)
        or exists (select from pages where file_id = file and user_id = ${userId} and picture_key = key)
        or exists (select from tombstones where file_id = file and user_id = ${userId})
      )`.execute(db);
  return new Set(rows.map(({ key }) => key));
}

/**
 * Those of a person's objects in storage that somebody writes just now: a writer claimed them, or they are of the attempt
 * that builds an archive, however long it takes. What a file has is written no more: an upload in parts to that is a dead one's.
 */
export async function findWrittenKeys(db: DbOrTrx, userId: string, keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    select key from unnest(${[...keys]}::text[]) as key
    where exists (select from loose_objects where bucket = 'storage' and object_key = key)
      or key in (
        select 'exports/' || user_id || '/' || id || '-' || attempts from exports
        where user_id = ${userId} and status = 'PENDING'
      )`.execute(db);
  return new Set(rows.map(({ key }) => key));
}
