import { type Kysely, sql } from 'kysely';
import { createAcrossPeople, protectTable } from './protect-table.ts';

/** What is being erased, and the archives people asked for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Outlives the account, which the erasure removes first.
  await sql`
    create table erasures (
      user_id uuid primary key,
      -- how often everything was cleared; several times, because what was under way may land late
      passes integer not null default 0,
      not_before timestamptz not null default now(),
      requested_at timestamptz not null default now()
    )`.execute(db);
  await protectTable(db, 'erasures');
  await sql`
    create table exports (
      user_id uuid primary key references users (id) on delete cascade,
      id uuid not null,
      status text not null check (status in ('PENDING', 'READY', 'FAILED')),
      -- the archive, encrypted, in the storage bucket
      object_key text,
      size bigint,
      attempts integer not null default 0,
      lease_expires_at timestamptz,
      requested_at timestamptz not null default now(),
      expires_at timestamptz not null
    )`.execute(db);
  await protectTable(db, 'exports');
  await createAcrossPeople(
    db,
    'due_erasures(most integer) returns table (owner uuid)',
    'select user_id from erasures where not_before <= now() order by not_before limit most',
  );
  await createAcrossPeople(
    db,
    'due_exports(most integer) returns table (owner uuid)',
    `select user_id from exports
     where status = 'PENDING' and coalesce(lease_expires_at, requested_at + interval '30 seconds') < now()
     order by requested_at limit most`,
  );
  await createAcrossPeople(
    db,
    'expired_exports(most integer) returns table (owner uuid)',
    'select user_id from exports where expires_at < now() order by expires_at limit most',
  );
}
