import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';
import type { FileRow } from './schema.ts';

/** The ids of the file's children that this generation of it is known to hold. */
export async function findTakenChildren(
  db: DbOrTrx,
  parent: Pick<FileRow, 'id' | 'user_id'>,
  generation: number,
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('files')
    .select('id')
    .where('parent_id', '=', parent.id)
    .where('user_id', '=', parent.user_id)
    .where('parent_generation', '=', generation)
    .where('deleted_at', 'is', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Notes that this generation of the parent holds the child. */
export async function markTaken(
  db: DbOrTrx,
  child: { id: string; userId: string },
  parentGeneration: number,
): Promise<void> {
  await db
    .updateTable('files')
    .set({ parent_generation: parentGeneration })
    .where('id', '=', child.id)
    .where('user_id', '=', child.userId)
    .execute();
}

/** A file with this id, deleted ones whose remains are still being cleared included. */
export function findChild(db: DbOrTrx, userId: string, id: string): Promise<FileRow | undefined> {
  return db.selectFrom('files').selectAll().where('id', '=', id).where('user_id', '=', userId).executeTakeFirst();
}

/**
 * What the tree below `rootId` holds, without the child that is asked for and without what a newer generation of its
 * parent does not hold any more. Nobody else counts this tree until the transaction ends.
 */
export async function countTree(
  db: DbOrTrx,
  tree: { userId: string; rootId: string; exceptId: string; parentId: string; parentGeneration: number },
): Promise<{ files: number; bytes: number }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`tree/${tree.rootId}`}, 0))`.execute(db);
  const counted = await db
    .selectFrom('files')
    .select(({ fn }) => [fn.countAll<number>().as('files'), sql<number>`coalesce(sum(size), 0)::bigint`.as('bytes')])
    .where('root_id', '=', tree.rootId)
    .where('user_id', '=', tree.userId)
    .where('deleted_at', 'is', null)
    .where('id', '<>', tree.exceptId)
    .where((where) => where.not(where.and([where('parent_id', '=', tree.parentId), olderThan(tree.parentGeneration)])))
    .executeTakeFirstOrThrow();
  return counted;
}

/** Last held by an older generation of the parent, or never quite taken in. */
function olderThan(generation: number) {
  return sql<boolean>`coalesce(parent_generation, 0) < ${generation}`;
}

/** Locks and marks as deleted the children of these files, those only that are older than the generation if one is given. */
export function deleteChildRows(
  db: DbOrTrx,
  userId: string,
  parentIds: readonly string[],
  beforeGeneration?: number,
): Promise<Pick<FileRow, 'id' | 'user_id' | 'generation'>[]> {
  let query = db
    .updateTable('files')
    .set({ deleted_at: new Date(), lease_holder: null, lease_expires_at: null })
    .where('parent_id', 'in', [...parentIds])
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null);
  if (beforeGeneration !== undefined) query = query.where(olderThan(beforeGeneration));
  return query.returning(['id', 'user_id', 'generation']).execute();
}
