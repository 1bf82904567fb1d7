import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';

export interface LiveIndex {
  model: string;
  dimensions: number;
}

export function findLiveIndex(db: DbOrTrx): Promise<LiveIndex | undefined> {
  return db
    .selectFrom('embedding_indexes')
    .select(['model', 'dimensions'])
    .where('state', '=', 'live')
    .executeTakeFirst();
}

/** Records the first model that fills the index; a model that is there already stays. */
export async function insertLiveIndex(db: DbOrTrx, index: LiveIndex): Promise<void> {
  await sql`
    insert into embedding_indexes (model, dimensions, state) values (${index.model}, ${index.dimensions}, 'live')
    on conflict do nothing`.execute(db);
}
