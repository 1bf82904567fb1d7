import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';

/** Texts and pictures have a model each. */
export type IndexKind = 'text' | 'image';

export interface LiveIndex {
  model: string;
  dimensions: number;
}

export function findLiveIndex(db: DbOrTrx, kind: IndexKind = 'text'): Promise<LiveIndex | undefined> {
  return db
    .selectFrom('embedding_indexes')
    .select(['model', 'dimensions'])
    .where('kind', '=', kind)
    .where('state', '=', 'live')
    .executeTakeFirst();
}

/** Records the first model that fills the index; a model that is there already stays. */
export async function insertLiveIndex(db: DbOrTrx, index: LiveIndex, kind: IndexKind = 'text'): Promise<void> {
  await sql`
    insert into embedding_indexes (kind, model, dimensions, state)
    values (${kind}, ${index.model}, ${index.dimensions}, 'live')
    on conflict do nothing`.execute(db);
}
