import { type Kysely, sql } from 'kysely';
import { createClaimOfTurns } from './create-claim-of-turns.ts';
import { createAcrossPeople, protectTable } from './protect-table.ts';

/**
 * Objects that came into the incoming bucket wait for intake as files wait for their stages. A queue of events is a line of
 * objects; of people only a table can be one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table arrivals (
      id uuid primary key default gen_random_uuid(),
      object_key text not null unique,
      user_id uuid not null references users (id) on delete cascade,
      -- of the object that the newest event told of; null where the event did not say
      etag text,
      -- events that told of other bytes under this key
      generation integer not null default 0,
      -- the name of the line, as the status of a file is
      status text not null default 'ARRIVED' check (status = 'ARRIVED'),
      due_at timestamptz not null default now(),
      -- when somebody began with it last
      updated_at timestamptz not null default now(),
      -- failures of our parts, one after the other
      failures integer not null default 0,
      -- begun and not ended in order, as in files
      attempts integer not null default 0,
      lease_holder uuid,
      lease_expires_at timestamptz
    )`.execute(db);
  await protectTable(db, 'arrivals');
  await sql`
    create index arrivals_waiting on arrivals (status, user_id, due_at) where lease_holder is null`.execute(db);
  await sql`create index arrivals_at_work on arrivals (status, user_id) where lease_holder is not null`.execute(db);
  await sql`
    create constraint trigger arrivals_stand_in_line
    after insert or update of lease_holder, due_at, generation on arrivals
    deferrable initially deferred for each row when (new.lease_holder is null)
    execute function stand_in_line()`.execute(db);
  await createClaimOfTurns(db, {
    name: 'claim_turn_of_arrivals',
    table: 'arrivals',
    waiting: ['lease_holder is null'],
    isOpen: [],
  });
  // Of these keys the places of those that stand in the line already.
  await createAcrossPeople(
    db,
    'arrived_objects(keys text[]) returns table (place integer)',
    `select o.place::integer from unnest(keys) with ordinality as o (key, place) join arrivals a on a.object_key = o.key`,
  );
  await createAcrossPeople(
    db,
    'stalled_arrivals(still_for_seconds double precision, most integer) returns table (arrival uuid)',
    `select id from arrivals
     where due_at < now() - make_interval(secs => still_for_seconds)
       and (lease_holder is null or lease_expires_at < now())
     order by due_at limit most`,
  );
  await sql`
    create or replace function forgive_attempts() returns bigint
    language sql security definer set search_path = public, pg_temp
    as ${sql.lit(`
      with files_forgiven as (
        update files
        set attempts = greatest(attempts - 1, 0), lease_holder = null, lease_expires_at = null
        where id in (
          select id from files where lease_holder is not null and deleted_at is null for update skip locked
        )
        returning id
      ),
      arrivals_forgiven as (
        update arrivals
        set attempts = greatest(attempts - 1, 0), lease_holder = null, lease_expires_at = null
        where id in (select id from arrivals where lease_holder is not null for update skip locked)
        returning id
      )
      select (select count(*) from files_forgiven) + (select count(*) from arrivals_forgiven)`)}`.execute(db);
}
