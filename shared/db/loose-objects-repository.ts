import { sql } from 'kysely';
import type { BucketRole } from '#shared/ports/object-storage.ts';
import { asEachPerson } from './as-user.ts';
import { leaseLooseObjects } from './cross-tenant.ts';
import type { Db, DbOrTrx } from './database.ts';
import type { LooseObjectRow } from './schema.ts';

/** Which object: of a dropped one, whose key is not its own, also which version. */
export interface ObjectIdentity {
  bucket: BucketRole;
  key: string;
  etag?: string | undefined;
  modified?: Date | undefined;
}

/** Longer than any function may run: whoever has not made its object a file's own by then is dead. */
const WRITING = sql`interval '1 hour'`;
/** As long as any function may run. */
const READING = sql`interval '15 minutes'`;

/**
 * Notes objects that are about to be written, before they are. From here on each is removed in an hour, or when its file is
 * deleted, unless {@link keepObjects} says whose it is.
 */
export async function claimObjects(
  db: DbOrTrx,
  owner: { userId: string; fileId: string; bucket: BucketRole },
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    insert into loose_objects (user_id, file_id, bucket, object_key, due_at, last_at)
    select ${owner.userId}, ${owner.fileId}, ${owner.bucket}, key, now() + ${WRITING}, now() + ${WRITING}
    from unnest(${[...keys]}::text[]) as key`.execute(db);
}

/**
 * Other rows name the objects from this transaction on.
 * @returns false when the removal of one has begun, so that nothing may name it
 */
export async function keepObjects(db: DbOrTrx, bucket: BucketRole, keys: readonly string[]): Promise<boolean> {
  if (keys.length === 0) return true;
  const result = await db
    .deleteFrom('loose_objects')
    .where('bucket', '=', bucket)
    .where('object_key', 'in', [...keys])
    .where('given_up', '=', false)
    .executeTakeFirst();
  return Number(result.numDeletedRows) === keys.length;
}

/** Whoever writes these files' objects has lost: what they wrote is removed at once, and once more when they must be dead. */
export async function giveUpWrites(db: DbOrTrx, fileIds: readonly string[]): Promise<void> {
  await sql`
    update loose_objects set due_at = now()
    where file_id = any(${[...fileIds]}::uuid[]) and bucket = 'storage' and due_at > now()`.execute(db);
}

/** An object that no row names any more; whoever reads it just now may finish. */
export async function replaceObject(
  db: DbOrTrx,
  owner: { userId: string; fileId: string; bucket: BucketRole },
  key: string,
): Promise<void> {
  await sql`
    insert into loose_objects (user_id, file_id, bucket, object_key, given_up, due_at, last_at)
    values (${owner.userId}, ${owner.fileId}, ${owner.bucket}, ${key}, true, now() + ${READING}, now() + ${READING})
    on conflict (bucket, object_key) do nothing`.execute(db);
}

/** The writer removed what it wrote itself. */
export async function forgetClaim(db: DbOrTrx, bucket: BucketRole, key: string): Promise<void> {
  await db.deleteFrom('loose_objects').where('bucket', '=', bucket).where('object_key', '=', key).execute();
}

/** Its bytes are removed; it is looked for once more at its last time. */
export async function freeRoom(db: DbOrTrx, bucket: BucketRole, key: string): Promise<void> {
  await sql`
    update loose_objects set size = 0, due_at = last_at
    where bucket = ${bucket} and object_key = ${key}`.execute(db);
}

/** Takes objects that are due to be removed, as {@link leaseLooseObjects} does, and reads them. */
export async function claimLooseObjects(
  db: Db,
  options: { limit: number; leaseSeconds: number },
): Promise<LooseObjectRow[]> {
  const leased = Map.groupBy(await leaseLooseObjects(db, options), ({ userId }) => userId);
  const read = await asEachPerson(db, [...leased.keys()], (trx, userId) =>
    trx
      .selectFrom('loose_objects')
      .selectAll()
      .where(
        'id',
        'in',
        (leased.get(userId) ?? []).map(({ id }) => id),
      )
      .execute(),
  );
  return read.flat();
}

export function listLooseObjects(db: DbOrTrx, userId: string): Promise<LooseObjectRow[]> {
  return db.selectFrom('loose_objects').selectAll().where('user_id', '=', userId).execute();
}

export async function deleteLooseObjects(db: DbOrTrx, userId: string): Promise<void> {
  await db.deleteFrom('loose_objects').where('user_id', '=', userId).execute();
}

/**
 * Notes that the object was removed. It is removed once more at its last time, when that is to come; its row goes
 * otherwise. A row that was written anew meanwhile stays as it is.
 */
export async function settleRemoval(db: DbOrTrx, object: LooseObjectRow): Promise<void> {
  await sql`
    with gone as (
      delete from loose_objects where id = ${object.id} and due_at = ${object.due_at} and last_at <= now()
    )
    update loose_objects set size = 0, due_at = last_at
    where id = ${object.id} and due_at = ${object.due_at} and last_at > now()`.execute(db);
}

/** Whether this object was dealt with and waits to be removed. */
export async function isLoose(db: DbOrTrx, object: ObjectIdentity): Promise<boolean> {
  const row = await db
    .selectFrom('loose_objects')
    .select('id')
    .where('bucket', '=', object.bucket)
    .where('object_key', '=', object.key)
    .where('object_etag', '=', object.etag ?? '')
    .where('object_modified', 'is not distinct from', object.modified ?? null)
    .executeTakeFirst();
  return row !== undefined;
}

/** The object is gone, by the hand of whoever dealt with it. */
export async function forgetObject(db: DbOrTrx, object: ObjectIdentity): Promise<void> {
  await sql`
    delete from loose_objects
    where bucket = ${object.bucket} and object_key = ${object.key} and last_at <= now()
      and (object_etag is null or object_etag = ${object.etag ?? ''})
      and (object_modified is null or object_modified = ${object.modified ?? null}::timestamptz)`.execute(db);
}
