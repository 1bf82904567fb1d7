import { type Kysely, sql } from 'kysely';
import { createAcrossPeople, protectTable } from './protect-table.ts';

/** The keyword index: what search scores passages by, without another store or an extension. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table bm25_segments (
      id integer generated always as identity primary key,
      user_id uuid not null references users (id) on delete cascade,
      file_id uuid not null references files (id) on delete cascade,
      generation integer not null,
      -- the passages of one transaction of the chunk stage: this one and those that follow it
      first_chunk integer not null,
      chunks integer not null,
      total_length integer not null,
      -- words of each passage, as varints
      lengths bytea not null,
      -- passages by the language whose rules they were analysed by
      languages jsonb not null,
      unique (file_id, generation, first_chunk)
    )`.execute(db);
  await sql`create index bm25_segments_person on bm25_segments (user_id)`.execute(db);
  await sql`
    create table bm25_postings (
      user_id uuid not null,
      segment integer not null,
      -- how many passages of the segment hold the term: summed, its exact document frequency
      chunks integer not null,
      term text collate "C" not null,
      postings bytea not null
    )`.execute(db);
  // Bytes of small numbers do not compress; trying costs time.
  await sql`alter table bm25_postings alter column postings set storage external`.execute(db);
  await sql`alter table bm25_segments alter column lengths set storage external`.execute(db);
  // Neither is unique, so that PostgreSQL keeps a key that many rows share once: 6 bytes a row instead of 40.
  await sql`create index bm25_postings_term on bm25_postings (user_id, term)`.execute(db);
  await sql`create index bm25_postings_segment on bm25_postings (segment)`.execute(db);
  // A foreign key would be checked for every posting that is written; this costs one statement a deletion, whoever deletes.
  await sql`
    create function delete_bm25_postings() returns trigger language plpgsql set search_path from current as $$
    begin
      delete from bm25_postings p using gone where p.segment = gone.id and p.user_id = gone.user_id;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger bm25_segments_deleted after delete on bm25_segments
    referencing old table as gone for each statement execute function delete_bm25_postings()`.execute(db);
  // What was cut into passages before there was this index; the sweep takes it in.
  await sql`
    create table bm25_backlog (
      user_id uuid not null references users (id) on delete cascade,
      file_id uuid not null references files (id) on delete cascade,
      generation integer not null,
      -- passages from here on are missing, up to those that the chunk stage adds from now on itself
      next_chunk integer not null default 0,
      end_chunk integer not null,
      primary key (file_id, generation)
    )`.execute(db);
  await sql`
    insert into bm25_backlog (user_id, file_id, generation, end_chunk)
    select user_id, file_id, generation, max(chunk_index) + 1 from chunks
    where chunk_index >= 0 group by user_id, file_id, generation`.execute(db);
  for (const table of ['bm25_segments', 'bm25_postings', 'bm25_backlog']) await protectTable(db, table);
  await createAcrossPeople(
    db,
    'bm25_backlog_files(most integer) returns table (owner uuid, file uuid)',
    'select user_id, file_id from bm25_backlog order by file_id limit most',
  );
}
