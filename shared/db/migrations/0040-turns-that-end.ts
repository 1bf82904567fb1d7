import { type Kysely, sql } from 'kysely';
import { ACROSS_ROLE } from '#shared/db/roles.ts';
import { createAcrossPeople } from './protect-table.ts';

/** What fails for ever is told of, and holds up nobody; what is looked through every minute has its index or its place kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index pages_pictures on pages (file_id, generation) where picture_key is not null`.execute(db);
  await sql`create index arrivals_due on arrivals (due_at)`.execute(db);
  await sql`
    alter table arrivals
      -- those of the failures that no outage explains, of these bytes
      add column faults integer not null default 0`.execute(db);
  await sql`
    alter table upkeep
      -- what was looked at last; null where the next run begins at the beginning
      add column place text`.execute(db);

  await sql`
    alter table exports
      -- attempts that were begun and do not count; the attempts themselves only rise: they are a fence and part of a key
      add column forgiven integer not null default 0`.execute(db);
  await sql`set local role ${sql.id(ACROSS_ROLE)}`.execute(db);
  await sql
    .raw(`
    create or replace function forgive_exports() returns bigint
    language sql security definer set search_path = public, pg_temp as $$
      with gone as (
        update exports set forgiven = least(forgiven + 1, attempts), building = false, lease_expires_at = null
        where building
        returning user_id
      )
      select count(*) from gone
    $$`)
    .execute(db);
  await sql`drop function bm25_backlog_files(integer)`.execute(db);
  await sql`reset role`.execute(db);
  await createAcrossPeople(
    db,
    'bm25_backlog_files(most integer, behind uuid, up_to uuid) returns table (owner uuid, file uuid)',
    `select user_id, file_id from bm25_backlog
     where (behind is null or file_id > behind) and (up_to is null or file_id <= up_to)
     order by file_id limit most`,
  );
}
