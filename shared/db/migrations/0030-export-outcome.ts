import { type Kysely, sql } from 'kysely';
import { createAcrossPeople } from './protect-table.ts';

/** Every attempt to build an archive ends, and counts; what could not be read is named. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table exports
      -- files that the archive names and lacks, or has in part
      add column unreadable integer not null default 0,
      -- whether the lease is that of somebody at work, and not a delay
      add column building boolean not null default false`.execute(db);
  // For when all workers are known to be gone and no archive is to blame. @returns how many were under way
  await createAcrossPeople(
    db,
    'forgive_exports() returns bigint',
    `with forgiven as (
       update exports set attempts = greatest(attempts - 1, 0), building = false, lease_expires_at = null
       where building
       returning user_id
     )
     select count(*) from forgiven`,
  );
}
