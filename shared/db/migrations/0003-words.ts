import { type Kysely, sql } from 'kysely';
import { ACROSS_ROLE } from '#shared/db/roles.ts';

/** What finding files by the words of their names asks for, and what tells which words were made terms by older rules. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Letters and digits, case and accents aside, so that a name is looked through without a function call a row.
  await sql`
    alter table files add column name_key text not null generated always as (
      regexp_replace(
        replace(replace(replace(replace(replace(replace(replace(
          lower(normalize(filename, nfkd)),
          'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'ø', 'o'), 'đ', 'd'), 'ł', 'l'), 'ı', 'i'),
        ${sql.lit('[\u0020-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u0300-\u036f\u2000-\u206f]+')}, '', 'g'
      )
    ) stored`.execute(db);
  await sql`alter table bm25_segments add column analysis integer not null default 1`.execute(db);
  await sql`create index bm25_segments_analysis on bm25_segments (analysis)`.execute(db);
  await sql`set local role ${sql.id(ACROSS_ROLE)}`.execute(db);
  await sql`
    create function files_to_analyse(version integer, after_file uuid, most integer) returns table (owner uuid, file uuid)
    language sql security definer set search_path = public, pg_temp as $$
      select distinct f.user_id, f.id
      from bm25_segments s join files f on f.id = s.file_id
      where s.analysis < version and f.id > after_file
        and s.generation = f.live_generation and f.status = 'READY' and f.generation = f.live_generation
        and f.deleted_at is null and f.duplicate_of is null
      order by f.id
      limit most
    $$`.execute(db);
  await sql`revoke execute on function files_to_analyse from public`.execute(db);
  await sql`grant execute on function files_to_analyse to omnirag_app`.execute(db);
  await sql`reset role`.execute(db);
}
