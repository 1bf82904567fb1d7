import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';

/** What answers to a person's searches depend on besides the question. */
export interface IndexState {
  /** Rises with every visible change of the person's files. */
  version: number;
  /** The models that fill the indexes of texts and of pictures. */
  models: string[];
}

export async function readIndexState(db: DbOrTrx, userId: string): Promise<IndexState> {
  const { rows } = await sql<IndexState>`
    select index_version as version,
      array(select model from embedding_indexes where state = 'live' order by model) as models
    from users where id = ${userId}`.execute(db);
  return rows[0] ?? { version: 0, models: [] };
}
