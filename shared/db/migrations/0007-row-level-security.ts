import { type Kysely, sql } from 'kysely';
import { APP_ROLE } from '#shared/db/roles.ts';
import { createAcrossPeople, protectTable, shareTable } from './protect-table.ts';
import { ensureRoles } from './roles.ts';

/** The second wall between people: every table with an owner shows a person's rows only to work in that person's name. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await ensureRoles(db);
  await sql`grant usage on schema public to ${sql.id(APP_ROLE)}`.execute(db);
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
