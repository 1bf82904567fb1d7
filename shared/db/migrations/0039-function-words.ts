import { type Kysely, sql } from 'kysely';

/**
 * Passages that were indexed before function words were counted are taken into the keyword index once more, by the sweep;
 * until then they are found as before.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into bm25_backlog (user_id, file_id, generation, end_chunk)
    select user_id, file_id, generation, max(first_chunk + chunks) from bm25_segments
    group by user_id, file_id, generation
    on conflict (file_id, generation)
      do update set next_chunk = 0, end_chunk = greatest(bm25_backlog.end_chunk, excluded.end_chunk)`.execute(db);
}
