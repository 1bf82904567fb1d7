import { type Kysely, sql } from 'kysely';
import { createAcrossPeople, protectTable } from './protect-table.ts';

/**
 * What publishers sent to the vector store, or are about to, from before they do until they know that it stands: one that
 * stood still for longer than its lease may bring back points whose tombstone was carried out meanwhile.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // They outlive the file, so no foreign keys.
  await sql`
    create table sendings (
      id bigint generated always as identity primary key,
      user_id uuid not null,
      file_id uuid not null,
      generation integer not null,
      holder uuid not null,
      -- when somebody else looks whether what was sent may stay
      due_at timestamptz not null,
      unique (holder, file_id, generation)
    )`.execute(db);
  await protectTable(db, 'sendings');
  await sql`create index sendings_due on sendings (due_at)`.execute(db);
  await sql`create index sendings_person on sendings (user_id)`.execute(db);
  // Until its newer bytes are READY, a file is found by what it held before, which another file may hold by then.
  await sql`alter table files add column former_sha256 text`.execute(db);
  await sql`
    create index files_former on files (user_id, former_sha256) where former_sha256 is not null`.execute(db);
  await createAcrossPeople(
    db,
    'claim_sendings(most integer, lease_seconds double precision) returns table (owner uuid, sending bigint)',
    `update sendings set due_at = now() + make_interval(secs => lease_seconds)
     where id in (
       select id from sendings where due_at <= now() order by due_at limit most for update skip locked
     )
     returning user_id, id`,
  );
}
