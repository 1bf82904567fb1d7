import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { asEachPerson, asUser } from './as-user.ts';
import { ACROSS_ROLE, APP_ROLE } from './roles.ts';

/** Tables that hold nobody's rows. Whatever else is made must have an owner and protect its rows. */
const NOBODYS = ['embedding_indexes', 'kysely_migration', 'kysely_migration_lock', 'rate_limits', 'upkeep'];

/** The only work that is in no person's name; each answers ids, counts and times alone. */
const ACROSS_PEOPLE = [
  'account_of_login',
  'arrived_objects',
  'claim_loose_objects',
  'claim_pending_chunks',
  'claim_sendings',
  'claim_tombstones',
  'claim_turn',
  'claim_turn_of_arrivals',
  'count_searchable',
  'count_unpublished',
  'delete_expired_sessions',
  'due_drives',
  'due_erasures',
  'due_exports',
  'due_notices',
  'erase_audit_events',
  'expired_exports',
  'expired_uploads',
  'files_cut_short',
  'files_to_analyse',
  'files_to_backfill',
  'forget_networks',
  'forget_notices',
  'forgive_attempts',
  'forgive_exports',
  'list_accounts',
  'list_audit_events',
  'lock_admins',
  'outbox_depth',
  'owner_of_drive_state',
  'owner_of_file',
  'owner_of_refresh_token',
  'release_dead_leases',
  'stalled_arrivals',
  'stand_in_line',
  'synced_chunks_by_person',
  'touch_stalled_files',
];
const TELLS_NOTHING = ['boolean', 'uuid', 'bigint', 'integer', 'double precision', 'void', 'trigger'];

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer({ DATABASE_POOL_MAX: '1' });
});
afterAll(() => container.close());

interface Table {
  name: string;
  owner: string | null;
  isForced: boolean;
  policies: string[];
}

async function listTables(): Promise<Table[]> {
  const { rows } = await sql<Table>`
    select c.relname as name,
      case when c.relname = 'users' then 'id' else (
        select attname::text from pg_attribute where attrelid = c.oid and attname = 'user_id' and not attisdropped
      ) end as owner,
      c.relrowsecurity and c.relforcerowsecurity as "isForced",
      array(
        select concat_ws(' ', p.roles[1]::text, p.cmd, p.qual) from pg_policies p
        where p.schemaname = 'public' and p.tablename = c.relname order by 1
      ) as policies
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
    order by 1`.execute(container.everyone);
  return rows;
}

describe('every table with an owner', () => {
  it('is known: a new one protects its rows or is named here as nobody’s', async () => {
    const tables = await listTables();
    expect(tables.filter((table) => table.owner === null).map((table) => table.name)).toEqual(NOBODYS);
    expect(tables.map((table) => table.name)).toEqual(expect.arrayContaining(['users', 'files', 'chunks', 'pages']));
  });

  it('forces row-level security, with one policy for the person and one for work across people', async () => {
    for (const table of (await listTables()).filter(({ owner }) => owner !== null)) {
      expect(table, table.name).toMatchObject({
        isForced: true,
        policies: [
          `${ACROSS_ROLE} ALL true`,
          `${APP_ROLE} ALL (${table.owner} = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)`,
        ],
      });
    }
  });

  it('shows no row without a person, and only their own to each', async () => {
    const [one, other] = [await insertTestUser(container.everyone), await insertTestUser(container.everyone)];
    for (const userId of [one, other]) await insertEmbeddedFile(container.everyone, userId, { chunks: 2 });
    const owned = (await listTables()).filter(({ owner }) => owner !== null);
    for (const { name, owner } of owned) {
      const seen = () => sql<{ owner: string }>`select ${sql.ref(owner ?? '')} as owner from ${sql.table(name)}`;
      expect((await seen().execute(container.db)).rows, `${name} without a person`).toEqual([]);
      const theirs = await asUser(container.db, one, async (trx) => (await seen().execute(trx)).rows);
      expect(
        theirs.filter((row) => row.owner !== one),
        name,
      ).toEqual([]);
      if (name === 'chunks') expect(theirs).toHaveLength(2);
    }
    // The connection is the only one of its pool, and has worked for somebody by now.
    expect((await sql`select from files`.execute(container.db)).rows).toEqual([]);
  });

  it('takes no row of another person', async () => {
    const [one, other] = [await insertTestUser(container.everyone), await insertTestUser(container.everyone)];
    const { fileId } = await insertEmbeddedFile(container.everyone, other, { chunks: 1 });
    await expect(asUser(container.db, one, (trx) => insertEmbeddedFile(trx, other, { chunks: 1 }))).rejects.toThrow(
      /row-level security/,
    );
    await expect(insertTestUser(container.db)).rejects.toThrow(/row-level security/);
    const changes = await asUser(container.db, one, async (trx) => [
      await trx.updateTable('files').set({ filename: 'mine' }).where('id', '=', fileId).executeTakeFirst(),
      await trx.deleteFrom('chunks').where('file_id', '=', fileId).executeTakeFirst(),
    ]);
    expect(changes).toMatchObject([{ numUpdatedRows: 0n }, { numDeletedRows: 0n }]);
    // A row can't be given away either.
    await expect(
      asUser(container.db, other, (trx) =>
        trx.updateTable('files').set({ user_id: one }).where('id', '=', fileId).execute(),
      ),
    ).rejects.toThrow(/row-level security/);
  });
});

describe('work across people', () => {
  it('is done by these functions alone, which answer ids and counts', async () => {
    const { rows } = await sql<{ name: string; owner: string; path: string[]; results: string[]; callers: string[] }>`
      select proname as name, pg_get_userbyid(proowner) as owner, proconfig as path,
        array(
          select format_type(t, null) from unnest(case when proallargtypes is null then array[prorettype] else (
            select array_agg(type) from unnest(proallargtypes, proargmodes) as a (type, mode) where mode = 't'
          ) end) as t
        ) as results,
        array(select grantee::regrole::text from aclexplode(proacl) order by 1) as callers
      from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
      order by 1`.execute(container.everyone);
    expect(rows.map((row) => row.name)).toEqual(ACROSS_PEOPLE);
    for (const row of rows) {
      expect(row, row.name).toMatchObject({
        owner: ACROSS_ROLE,
        path: ['search_path=public, pg_temp'],
        callers: [ACROSS_ROLE, APP_ROLE],
      });
      expect(row.results.filter((type) => !TELLS_NOTHING.includes(type))).toEqual([]);
    }
  });
});

it('several people are read in one transaction, each as themselves', async () => {
  const people = [await insertTestUser(container.everyone), await insertTestUser(container.everyone), randomUUID()];
  const seen = await asEachPerson(container.db, people, (trx) => trx.selectFrom('users').select('id').execute());
  expect(seen).toEqual([[{ id: people[0] }], [{ id: people[1] }], []]);
});
