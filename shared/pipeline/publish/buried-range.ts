import type { DbOrTrx } from '#shared/db/database.ts';

export interface BuriedRange {
  /** The file itself is deleted, or its row gone. */
  gone: boolean;
  contentKey: string | null;
  /** Generations up to this one stay: the newest of them can be found, and those before it have tombstones of their own. */
  after: number;
}

/**
 * What a deletion up to a generation must leave. A generation that was superseded while an earlier one is still found is
 * buried alone; none below the newer one can become live any more, so what is read here stays true.
 */
export async function buriedRange(
  db: DbOrTrx,
  userId: string,
  fileId: string,
  upToGeneration: number,
): Promise<BuriedRange> {
  const file = await db
    .selectFrom('files')
    .select(['deleted_at', 'content_key', 'live_generation'])
    .where('id', '=', fileId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  const gone = !file || file.deleted_at !== null;
  const live = gone ? null : file.live_generation;
  const after = live !== null && live <= upToGeneration ? live : 0;
  return { gone, contentKey: gone ? null : file.content_key, after };
}
