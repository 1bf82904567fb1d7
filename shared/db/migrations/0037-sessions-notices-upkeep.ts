import { type Kysely, sql } from 'kysely';
import { ACROSS_ROLE } from '#shared/db/roles.ts';
import { createAcrossPeople, protectTable, shareTable } from './protect-table.ts';

/** Sessions one can tell apart and that end, what people must be told of, and when what was deleted left the disk's pages. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table sessions
      add column last_used_at timestamptz not null default now(),
      -- whatever is refreshed until then
      add column expires_at timestamptz not null default now() + interval '90 days',
      -- from where it was used last, and by what it was begun
      add column address text,
      add column agent text`.execute(db);
  await sql`update sessions set last_used_at = created_at`.execute(db);

  await sql`set local role ${sql.id(ACROSS_ROLE)}`.execute(db);
  await sql
    .raw(`
    create or replace function delete_expired_sessions() returns void
    language sql security definer set search_path = public, pg_temp as $$
      delete from refresh_tokens where expires_at < now();
      delete from sessions s
      where expires_at < now()
        or (created_at < now() - interval '1 day' and not exists (select from refresh_tokens t where t.family_id = s.id))
    $$`)
    .execute(db);
  await sql`reset role`.execute(db);

  await sql`
    create table notices (
      id uuid primary key,
      user_id uuid not null references users (id) on delete cascade,
      kind text not null check (kind in ('email.changed', 'password.changed')),
      -- the one the account had: whoever took it over must not be the only one who is told
      address text not null,
      created_at timestamptz not null default now(),
      sent_at timestamptz,
      attempts integer not null default 0,
      next_attempt_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index notices_person on notices (user_id, created_at)`.execute(db);
  await sql`create index notices_due on notices (next_attempt_at) where sent_at is null`.execute(db);
  await protectTable(db, 'notices');
  await createAcrossPeople(
    db,
    'due_notices(most integer, most_attempts integer) returns table (owner uuid, notice uuid)',
    `select user_id, id from notices
     where sent_at is null and attempts < most_attempts and next_attempt_at <= now()
     order by next_attempt_at limit most`,
  );
  await createAcrossPeople(
    db,
    'forget_notices(created_before timestamptz) returns void',
    `delete from notices where created_at < least(created_before, now() - interval '89 days')`,
  );

  await sql`
    create table upkeep (
      name text primary key,
      -- since when there is something to do; null when there is nothing
      asked_at timestamptz,
      done_at timestamptz,
      -- what the statistics counted by then
      deleted_rows bigint
    )`.execute(db);
  await shareTable(db, 'upkeep');
}
