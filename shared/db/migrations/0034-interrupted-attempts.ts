import { type Kysely, sql } from 'kysely';
import { createAcrossPeople } from './protect-table.ts';

/** What kills its worker leaves no failure behind that our code could have recorded: what remains is an attempt that nobody ended. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table files
      -- begun on the present stage and not ended in order: by one that is under way, and by those that died
      add column attempts integer not null default 0`.execute(db);
  // Who is at work: as many rows as there are workers, however many files wait.
  await sql`create index files_at_work on files (status, user_id) where lease_holder is not null`.execute(db);
  // For when all workers are known to be gone and no file is to blame. @returns how many were under way
  await createAcrossPeople(
    db,
    'forgive_attempts() returns bigint',
    `with forgiven as (
       update files
       set attempts = greatest(attempts - 1, 0), lease_holder = null, lease_expires_at = null
       where lease_holder is not null and deleted_at is null
       returning id
     )
     select count(*) from forgiven`,
  );
}
