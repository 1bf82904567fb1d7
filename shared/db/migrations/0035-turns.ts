import { type Kysely, sql } from 'kysely';
import { createClaimOfTurns } from './create-claim-of-turns.ts';
import { giveToAcrossPeople, protectTable } from './protect-table.ts';

/** What waits for a worker, whatever the stage; a partial index is used only where its condition is repeated. */
const OPEN = ['deleted_at is null', 'duplicate_of is null'];
const WAITING = ['lease_holder is null', `status in ('STORED', 'EXTRACTED', 'CHUNKED')`, ...OPEN];

/**
 * A line of people for each stage, in place of counting all that waits. People stand in it by when they were served last,
 * so that who is next is the first row of an index, at ten waiting files as at a million. It is kept by a trigger, since
 * files come to wait in a dozen places, and each would have to remember.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table turns (
      -- the status in which files wait for it
      stage text not null,
      user_id uuid not null references users (id) on delete cascade,
      -- when they came or were served last; ahead while nothing of theirs is due
      at timestamptz not null,
      primary key (stage, user_id)
    )
    -- Every turn leaves a dead row and a dead entry at the head of the index.
    with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500)`.execute(db);
  await protectTable(db, 'turns');
  await sql`create index turns_next on turns (stage, at)`.execute(db);

  // Since when it waits in its stage, which is the order of one person's files; ahead after a failure.
  await sql`alter table files add column due_at timestamptz not null default now()`.execute(db);
  await sql`create index files_waiting on files (status, user_id, due_at) where ${sql.raw(WAITING.join(' and '))}`.execute(
    db,
  );

  await createStandInLine(db);
  await sql`
    insert into turns (stage, user_id, at)
    select distinct status, user_id, now() from files
    where status in ('STORED', 'EXTRACTED', 'CHUNKED') and deleted_at is null and duplicate_of is null`.execute(db);
  await createClaimOfTurns(db, { name: 'claim_turn', table: 'files', waiting: WAITING, isOpen: OPEN });
  await sql`drop function fair_turn(uuid, text)`.execute(db);
}

/**
 * Runs when the transaction ends, as its last lock, so that it can't be part of a deadlock. The lock on a row that is there
 * is shared by all that come, and waited for by whoever finds nothing left to do and takes the person out of the line: they
 * look again at what was committed by then.
 */
async function createStandInLine(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function stand_in_line() returns trigger language plpgsql security definer set search_path = public, pg_temp
    as ${sql.lit(`
      declare
        due timestamptz := greatest(new.due_at, clock_timestamp());
      begin
        loop
          insert into turns (stage, user_id, at) values (new.status, new.user_id, due) on conflict do nothing;
          exit when found;
          perform from turns where stage = new.status and user_id = new.user_id and at <= due for key share;
          exit when found;
          update turns set at = due where stage = new.status and user_id = new.user_id and at > due;
          exit when found;
        end loop;
        return null;
      end`)}`.execute(db);
  await giveToAcrossPeople(db, 'stand_in_line()');
  await sql`
    create constraint trigger files_stand_in_line
    after insert or update of status, generation, lease_holder, due_at, updated_at, deleted_at, duplicate_of on files
    deferrable initially deferred for each row
    when (${sql.raw(WAITING.map((condition) => `new.${condition}`).join(' and '))})
    execute function stand_in_line()`.execute(db);
}
