import { type Kysely, sql } from 'kysely';

/**
 * Pictures of pages: a small copy of each in the storage bucket, and its vector in the outbox, where a picture is a row
 * of `chunks` without text whose index is its page's number below zero and whose `dense_vector` is the picture model's.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The object that holds the small copy; null for pages that are no pictures.
  await sql`alter table pages add column picture_key text`.execute(db);
  await sql`
    alter table files
      add column pictures integer not null default 0,
      add column pictures_synced integer not null default 0`.execute(db);
  // Whether a person has pictures decides what a search asks.
  await sql`create index chunks_pictures on chunks (user_id) where chunk_index < 0`.execute(db);

  await sql`
    alter table embedding_indexes
      add column kind text not null default 'text' check (kind in ('text', 'image')),
      drop constraint embedding_indexes_pkey,
      add primary key (kind, model)`.execute(db);
  await sql`drop index embedding_indexes_live`.execute(db);
  await sql`create unique index embedding_indexes_live on embedding_indexes (kind) where state = 'live'`.execute(db);
}
