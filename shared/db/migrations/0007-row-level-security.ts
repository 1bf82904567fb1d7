import { type Kysely, sql } from 'kysely';
import { NOBODY } from '#shared/db/as-person.ts';
import { APP_ROLE } from '#shared/db/roles.ts';
import { createAcrossPeople, giveToAcrossPeople, protectTable, shareTable } from './protect-table.ts';
import { ensureRoles } from './roles.ts';

/** The second wall between people: every table with an owner shows a person's rows only to work in that person's name. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await ensureRoles(db);
  await sql`grant usage on schema public to ${sql.id(APP_ROLE)}`.execute(db);
  await ownNobodysEvents(db);
  const { rows } = await sql<{ table: string; isOwned: boolean }>`
    select c.relname as table, exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
    ) as "isOwned"
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname not like 'kysely\\_%'
    order by 1`.execute(db);
  for (const { table, isOwned } of rows) {
    if (table === 'users') await protectTable(db, table, 'id');
    else if (isOwned) await protectTable(db, table);
    else await shareTable(db, table);
  }
  await createSignInFunctions(db);
  await createAdministrationFunctions(db);
  await createPipelineFunctions(db);
  await createOutboxFunctions(db);
}

async function createSignInFunctions(db: Kysely<unknown>): Promise<void> {
  // A user name cannot hold an @, so no login names two people.
  await createAcrossPeople(
    db,
    'account_of_login(login text) returns uuid',
    `select id from users
     where (login like '%@%' and lower(email) = lower(login))
        or (login not like '%@%' and lower(username) = lower(login))`,
  );
  await createAcrossPeople(
    db,
    'owner_of_refresh_token(hash bytea) returns uuid',
    'select user_id from refresh_tokens where token_hash = hash',
  );
}

async function createAdministrationFunctions(db: Kysely<unknown>): Promise<void> {
  // A cursor holds milliseconds, the column microseconds.
  await createAcrossPeople(
    db,
    `list_accounts(part text, after_time timestamptz, after_id uuid, most integer) returns table (owner uuid)`,
    `select id from users
     where (part = '' or position(lower(part) in lower(email)) > 0 or position(lower(part) in lower(username)) > 0)
       and (after_time is null or (date_trunc('milliseconds', created_at), id) < (after_time, after_id))
     order by date_trunc('milliseconds', created_at) desc, id desc
     limit most`,
  );
  await createAcrossPeople(
    db,
    'lock_admins() returns table (owner uuid)',
    `select id from users where role = 'admin' and disabled_at is null order by id for update`,
  );
  await createAcrossPeople(
    db,
    `list_audit_events(of_person uuid, of_action text, before_event bigint, most integer)
     returns table (event bigint, owner uuid)`,
    `select id, user_id from audit_events
     where (of_person is null or user_id = of_person) and (of_action is null or action = of_action)
       and (before_event is null or id < before_event)
     order by id desc
     limit most`,
  );
  await createAcrossPeople(
    db,
    'delete_expired_sessions() returns void',
    `delete from refresh_tokens where expires_at < now();
     delete from sessions s
     where created_at < now() - interval '1 day'
       and not exists (select from refresh_tokens t where t.family_id = s.id)`,
  );
  await createAcrossPeople(
    db,
    'forget_networks(unused_since timestamptz) returns void',
    'delete from familiar_networks where last_login_at < unused_since',
  );
  await giveToAcrossPeople(db, 'erase_audit_events(uuid)');
}

async function createPipelineFunctions(db: Kysely<unknown>): Promise<void> {
  await createAcrossPeople(db, 'owner_of_file(file uuid) returns uuid', 'select user_id from files where id = file');
  // Each is touched, so that it is not found again at once.
  await createAcrossPeople(
    db,
    `touch_stalled_files(of_status text, still_for_seconds double precision, most integer)
     returns table (file uuid, file_generation integer)`,
    `update files set updated_at = now()
     where id in (
       select id from files
       where status = of_status and duplicate_of is null and deleted_at is null
         and updated_at < now() - make_interval(secs => still_for_seconds)
       order by updated_at
       limit most
       for update skip locked
     )
     returning id, generation`,
  );
  await createAcrossPeople(
    db,
    'expired_uploads(most integer) returns table (owner uuid, file uuid)',
    'select user_id, file_id from uploads where expires_at < now() order by expires_at limit most',
  );
}

async function createOutboxFunctions(db: Kysely<unknown>): Promise<void> {
  await createAcrossPeople(
    db,
    `claim_pending_chunks(new_holder uuid, most integer, lease_seconds double precision)
     returns table (owner uuid, chunk uuid)`,
    `with due as (
       select c.id
       from chunks c
       join files f on f.id = c.file_id
       where c.sync_status = 'PENDING' and c.dense_vector is not null
         and c.next_attempt_at <= now()
         and (c.lease_expires_at is null or c.lease_expires_at < now())
         and f.deleted_at is null and f.generation = c.generation and f.status <> 'FAILED'
       order by c.next_attempt_at
       limit most
       for update of c skip locked
     )
     update chunks c
     set lease_holder = new_holder, lease_expires_at = now() + make_interval(secs => lease_seconds)
     from due
     where c.id = due.id
     returning c.user_id, c.id`,
  );
  await createAcrossPeople(
    db,
    'claim_tombstones(most integer, lease_seconds double precision) returns table (owner uuid, tombstone bigint)',
    `update tombstones set not_before = now() + make_interval(secs => lease_seconds)
     where id in (
       select id from tombstones where not_before <= now() order by not_before limit most for update skip locked
     )
     returning user_id, id`,
  );
  await createAcrossPeople(
    db,
    `outbox_depth()
     returns table (pending integer, failed integer, tombstones integer, oldest_seconds double precision)`,
    `select
       (select count(*)::int from chunks where sync_status = 'PENDING' and dense_vector is not null),
       (select count(*)::int from chunks where sync_status = 'FAILED'),
       (select count(*)::int from tombstones),
       (select extract(epoch from now() - min(next_attempt_at))::float8 from chunks
        where sync_status = 'PENDING' and dense_vector is not null)`,
  );
  await createAcrossPeople(
    db,
    'synced_chunks_by_person(most integer) returns table (owner uuid, chunks bigint)',
    `select user_id, count(*) from chunks where sync_status = 'SYNCED' group by user_id limit most`,
  );
}

/** What is about nobody is rows of a person who is nobody, or no person's work could write them. */
async function ownNobodysEvents(db: Kysely<unknown>): Promise<void> {
  await sql`alter table audit_events disable trigger audit_events_append_only`.execute(db);
  await sql`update audit_events set user_id = ${NOBODY} where user_id is null`.execute(db);
  await sql`alter table audit_events enable trigger audit_events_append_only`.execute(db);
  await sql`alter table audit_events alter column user_id set not null`.execute(db);
}
