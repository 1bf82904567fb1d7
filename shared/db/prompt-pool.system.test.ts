import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inBackground } from '#shared/runtime/container.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { asUser } from './as-user.ts';
import type { Db, Trx } from './database.ts';
import { openDatabase } from './database.ts';
import { translatePostgresError } from './postgres-errors.ts';
import { APP_ROLE } from './roles.ts';

let container: TestContainer;
let db: Db;
let background: Db;
const ada = randomUUID();

beforeAll(async () => {
  container = await newTestContainer();
  // One connection: whatever a transaction leaves behind is found by the next.
  db = openDatabase({ url: container.config.DATABASE_URL, poolMax: 1, role: APP_ROLE });
  background = inBackground(container).db;
});
afterAll(async () => {
  await db.destroy();
  await background.destroy();
  await container.close();
});

const whoAmI = async (on: Db | Trx): Promise<unknown> => {
  const { rows } = await sql<{ who: string; role: string }>`
    select coalesce(current_setting('app.user_id', true), '') as who, current_user as role`.execute(on);
  return rows[0];
};
const insertAda = (trx: Trx) =>
  trx.insertInto('users').values({ id: ada, email: 'ada@example.org', username: 'ada', password_hash: '-' }).execute();
const countUsers = (): Promise<number> =>
  asUser(db, ada, async (trx) => (await trx.selectFrom('users').select('id').execute()).length);

it('a person is who they are within their transaction, and nobody after it', async () => {
  expect(await asUser(db, ada, whoAmI)).toEqual({ who: ada, role: APP_ROLE });
  expect(await whoAmI(db)).toEqual({ who: '', role: APP_ROLE });
  background = inBackground(container).db;
});

it('what is begun is rolled back when the work fails', async () => {
  const failing = asUser(db, ada, async (trx) => {
    await insertAda(trx);
    throw new Error('on second thoughts');
  });
  await expect(failing).rejects.toThrow('on second thoughts');
  expect(await countUsers()).toBe(0);
});

it('work that goes on after a refused statement is not taken for done', async () => {
  const work = asUser(db, ada, async (trx) => {
    await insertAda(trx);
    await sql`select 1/0`.execute(trx).catch(() => undefined);
  });
  await expect(work).rejects.toThrow();
  expect(await countUsers()).toBe(0);
});

it('a transaction in which nothing is asked begins none', async () => {
  expect(await db.transaction().execute(async () => 'done')).toBe('done');
  await expect(db.transaction().execute(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const { rows } = await sql<{ alone: boolean }>`select now() = statement_timestamp() as alone`.execute(db);
  expect(rows).toEqual([{ alone: true }]);
});

it('a transaction of another kind begins with its first statement, too', async () => {
  const insert = db.transaction().execute(async (trx) => {
    await sql`select set_config('app.user_id', ${ada}, true)`.execute(trx);
    expect(await whoAmI(trx)).toMatchObject({ who: ada });
  });
  await insert;
  expect(await whoAmI(db)).toMatchObject({ who: '' });
});

it('an id is a value and no statement', async () => {
  const forged = `${ada}'; reset role; --`;
  expect(await asUser(db, forged, whoAmI)).toEqual({ who: forged, role: APP_ROLE });
  background = inBackground(container).db;
});

it('a limit on statements ends with the transaction', async () => {
  const slow = asUser(db, ada, (trx) => sql`select pg_sleep(10)`.execute(trx), { timeoutMs: 20 });
  await expect(slow).rejects.toMatchObject({ code: '57014' });
  const { rows } = await sql<{ limit: string }>`select current_setting('statement_timeout') as limit`.execute(db);
  expect(rows).toEqual([{ limit: '15min' }]);
});

it.each([
  ['requests', (): Db => container.db, ['3s', '20s', '1min']],
  ['background work', (): Db => background, ['10s', '15min', '2min']],
])('the connections of %s wait for nothing for ever', async (_, pool, limits) => {
  const { rows } = await sql<{ limit: string }>`
    select current_setting(name) as limit
    from unnest(array['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout']) as name`.execute(
    pool(),
  );
  expect(rows.map(({ limit }) => limit)).toEqual(limits);
});

it('a lock that is not free in time is trouble that passes', async () => {
  const error = await asUser(container.db, ada, async (trx) => {
    await sql`set local lock_timeout = 20`.execute(trx);
    await sql`select pg_advisory_xact_lock(1)`.execute(trx);
    await asUser(background, ada, async (other) => {
      await sql`set local lock_timeout = 20`.execute(other);
      await sql`select pg_advisory_xact_lock(1)`.execute(other);
    });
  }).catch(translatePostgresError);
  expect(error).toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE', retryAfterSeconds: 5 });
});
