import { sql } from 'kysely';
import type { Db } from '#shared/db/database.ts';
import { listStoredModels } from '#shared/db/embedding-indexes-repository.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { listTempFolders } from '#shared/vault/temp-folder.ts';

/** Something that is still stored about a person. */
export interface Trace {
  /** A table, a bucket or the vector store. */
  where: string;
  count: number;
}

/**
 * Looks everywhere for what an erasure must have removed: every table for any of `needles` anywhere in a row, both
 * buckets for keys of objects and of uploads in parts that hold one, this machine's temporary folders, the vector store
 * for points. Reads everything; for proofs, not for requests.
 * @param deps.everyone a connection that sees all rows
 * @param needles the account's id first, then whatever else tells of it: its address, ids and names of its files
 */
export async function findTraces(
  deps: { everyone: Db; storage: ObjectStorage; vectorIndex: VectorIndex },
  needles: readonly [userId: string, ...others: string[]],
): Promise<Trace[]> {
  const traces: Trace[] = [];
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname not like 'kysely\\_%'
    order by 1`.execute(deps.everyone);
  for (const { name } of tables) {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(name)} t
      where exists (select from unnest(${[...needles]}::text[]) as needle where position(needle in t::text) > 0)
    `.execute(deps.everyone);
    traces.push({ where: name, count: rows[0]?.count ?? 0 });
  }
  for (const bucket of ['storage', 'incoming'] as const) {
    let count = 0;
    for await (const { key } of deps.storage.list(bucket, '')) {
      if (needles.some((needle) => key.includes(needle))) count += 1;
    }
    traces.push({ where: `bucket ${bucket}`, count });
    let uploads = 0;
    for await (const { key } of deps.storage.listMultipart(bucket, '')) {
      if (needles.some((needle) => key.includes(needle))) uploads += 1;
    }
    traces.push({ where: `uploads in parts to ${bucket}`, count: uploads });
  }
  for (const model of [undefined, ...(await listStoredModels(deps.everyone))]) {
    traces.push({ where: 'vector store', count: await deps.vectorIndex.count(needles[0], undefined, model) });
  }
  const folders = (await listTempFolders()).filter(({ userId }) => userId === needles[0]);
  traces.push({ where: 'temporary folders', count: folders.length });
  return traces.filter(({ count }) => count > 0);
}
