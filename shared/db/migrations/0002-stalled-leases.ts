import { type Kysely, sql } from 'kysely';
import { ACROSS_ROLE } from '#shared/db/roles.ts';

/**
 * A file that stands still is put back into its line, where a worker that died has left it with a lease: the worker may have
 * carried it through several stages, into a line in which its owner does not stand.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local role ${sql.id(ACROSS_ROLE)}`.execute(db);
  await sql`
    create or replace function touch_stalled_files(of_status text, still_for_seconds double precision, most integer)
    returns table (file uuid, file_generation integer)
    language sql security definer set search_path = public, pg_temp as $$
      update files
      set updated_at = now(),
        lease_holder = case when lease_expires_at > now() then lease_holder end,
        lease_expires_at = case when lease_expires_at > now() then lease_expires_at end
      where id in (
        select id from files
        where status = of_status and duplicate_of is null and deleted_at is null
          and updated_at < now() - make_interval(secs => still_for_seconds)
        order by updated_at
        limit most
        for update skip locked
      )
      returning id, generation
    $$`.execute(db);
  await sql`reset role`.execute(db);
}
