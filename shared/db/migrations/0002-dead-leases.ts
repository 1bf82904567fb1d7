import { type Kysely, sql } from 'kysely';
import { ACROSS_ROLE } from '#shared/db/roles.ts';

/**
 * Puts files back into their line which a worker that died has left with a lease: it may have carried them through several
 * stages, into a line in which their owner does not stand, so that nobody's message would come to them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local role ${sql.id(ACROSS_ROLE)}`.execute(db);
  await sql`
    create function release_dead_leases(of_status text, most integer)
    returns table (file uuid, file_generation integer)
    language sql security definer set search_path = public, pg_temp as $$
      update files
      set lease_holder = null, lease_expires_at = null, updated_at = now()
      where id in (
        select id from files
        where status = of_status and lease_holder is not null and lease_expires_at < now() and deleted_at is null
        limit most
        for update skip locked
      )
      returning id, generation
    $$`.execute(db);
  await sql`revoke execute on function release_dead_leases from public`.execute(db);
  await sql`grant execute on function release_dead_leases to omnirag_app`.execute(db);
  await sql`reset role`.execute(db);
}
