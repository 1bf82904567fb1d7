import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { clearPages } from '#shared/db/clear-pages.ts';
import { openDatabase } from '#shared/db/database.ts';
import { askForClearing, findClearing } from '#shared/db/upkeep-repository.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { clearDeleted } from './clear-deleted.ts';
import { eraseStep } from './erase-step.ts';
import { requestErasure } from './request-erasure.ts';

/** Flushing pages and breaking an index take a superuser, which the embedded server's account is. */
const isSuperuser = !process.env.DATABASE_URL;
if (!isSuperuser)
  console.warn('NOT TESTED on this database: whether deleted words leave its pages. It takes a superuser.');

const WORD = 'heliotropskerry';
const open: TestContainer[] = [];
afterEach(async () => {
  for (const container of open.splice(0)) await container.close();
});

async function setUp() {
  const container = await newTestContainer();
  open.push(container);
  const openAsOwner = () => openDatabase({ url: container.config.DATABASE_URL, poolMax: 1 });
  /** Which tables' and indexes' files hold the word now. */
  async function filesWithWord(): Promise<string[]> {
    const owner = openAsOwner();
    await sql`checkpoint`.execute(owner);
    const { rows } = await sql<{ dir: string; name: string; path: string }>`
      select current_setting('data_directory') as dir, relname as name, pg_relation_filepath(oid) as path
      from pg_class where relkind in ('r', 'i', 't', 'm') and pg_relation_filepath(oid) like 'base/%'`.execute(owner);
    await owner.destroy();
    const names = new Map(rows.map(({ path, name }) => [path.split('/').at(-1), name]));
    const [{ dir, path } = { dir: '', path: '' }] = rows;
    const folder = join(dir, path, '..');
    const found: string[] = [];
    for (const file of await readdir(folder)) {
      const bytes = await readFile(join(folder, file)).catch(() => Buffer.alloc(0));
      if (bytes.includes(WORD)) found.push(names.get(file.split(/[._]/)[0]) ?? `${file}, which belongs to nothing`);
    }
    return found.toSorted();
  }
  /** A person whose files, texts and index say the word, and whom the statistics know. */
  async function newPersonWithWord(): Promise<string> {
    const { everyone } = container;
    const userId = await insertTestUser(everyone);
    await everyone.updateTable('users').set({ username: WORD }).where('id', '=', userId).execute();
    const { fileId } = await insertEmbeddedFile(everyone, userId, { chunks: 3 });
    await everyone
      .updateTable('files')
      .set({ filename: `${WORD}.txt` })
      .where('id', '=', fileId)
      .execute();
    await everyone
      .updateTable('chunks')
      .set({ content: `The ${WORD}.` })
      .where('file_id', '=', fileId)
      .execute();
    await everyone
      .insertInto('bm25_postings')
      .values(
        Array.from({ length: 500 }, (_, segment) => ({
          user_id: userId,
          segment: -segment,
          chunks: 1,
          term: `${WORD}${segment}`,
          postings: Buffer.alloc(4),
        })),
      )
      .execute();
    const owner = openAsOwner();
    await sql`analyze`.execute(owner);
    await owner.destroy();
    return userId;
  }
  async function erase(userId: string): Promise<void> {
    await requestErasure(container, userId, { address: '127.0.0.1', requestId: 'test' });
    const erasures = container.everyone.selectFrom('erasures').select('user_id').where('user_id', '=', userId);
    while ((await erasures.execute()).length > 0) {
      await container.everyone
        .updateTable('erasures')
        .set({ not_before: new Date(0) })
        .execute();
      await eraseStep(container, userId);
    }
  }
  const clear = () => clearDeleted({ db: container.db, log: container.log, openAsOwner });
  return { container, openAsOwner, filesWithWord, newPersonWithWord, erase, clear };
}

it.skipIf(!isSuperuser)(
  'after an erasure no page of a table, an index or the statistics holds a word of the person any more',
  async () => {
    const { container, filesWithWord, newPersonWithWord, erase, clear } = await setUp();
    const other = await insertTestUser(container.everyone);
    const userId = await newPersonWithWord();
    await erase(userId);
    // Deleted, and there all the same for who has the disk.
    expect(await filesWithWord()).toEqual(
      expect.arrayContaining(['bm25_postings', 'bm25_postings_term', 'chunks', 'files', 'pg_statistic', 'users']),
    );
    expect(await clear()).toBeGreaterThan(10);
    expect(await filesWithWord()).toEqual([]);
    expect(await clear()).toBe(0);
    const { rows } = await sql`select id from users`.execute(container.everyone);
    expect(rows).toEqual([{ id: other }]);
  },
);

it.skipIf(!isSuperuser)(
  'of a large table the indexes are made anew while it is used, also after a crash in the middle of that',
  async () => {
    const { openAsOwner, filesWithWord, newPersonWithWord, erase } = await setUp();
    await erase(await newPersonWithWord());
    const owner = openAsOwner();
    try {
      await sql`create index bm25_postings_term_ccnew on bm25_postings (term)`.execute(owner);
      await sql`update pg_index set indisvalid = false where indexrelid = 'bm25_postings_term_ccnew'::regclass`.execute(
        owner,
      );
      const { tables } = await clearPages(owner, { smallBytes: 0 });
      expect(new Set(tables.map(({ outcome }) => outcome))).toEqual(new Set(['vacuumed']));
      const { rows } = await sql<{ name: string }>`
      select indexrelid::regclass::text as name from pg_index
      where not indisvalid or indexrelid::regclass::text like '%ccnew'`.execute(owner);
      expect(rows).toEqual([]);
    } finally {
      await owner.destroy();
    }
    expect((await filesWithWord()).filter((name) => /_|statistic/.test(name) && name !== 'bm25_postings')).toEqual([]);
  },
);

describe('rows that PostgreSQL keeps for others', () => {
  it.skipIf(!isSuperuser).each([
    { whom: 'a reader of the same database', isElsewhere: false },
    { whom: 'a writer in another database', isElsewhere: true },
  ])('are waited for: $whom', async ({ isElsewhere }) => {
    const { openAsOwner, filesWithWord, newPersonWithWord, erase, clear } = await setUp();
    const userId = await newPersonWithWord();
    const url = inject('system').env.DATABASE_URL ?? '';
    const other = isElsewhere ? openDatabase({ url, poolMax: 1 }) : openAsOwner();
    const watcher = openAsOwner();
    const begun = Promise.withResolvers<void>();
    const isEnough = Promise.withResolvers<void>();
    const working = other
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        await (isElsewhere ? sql`select pg_current_xact_id()` : sql`select count(*) from users`).execute(trx);
        begun.resolve();
        await isEnough.promise;
      });
    try {
      await begun.promise;
      await erase(userId);
      const clearing = clear();
      const waiting = async () => {
        const { rows } = await sql`
          select from pg_stat_activity where datname = current_database() and query like '%age(backend_xmin) >%'
            and pid <> pg_backend_pid()`.execute(watcher);
        return rows.length;
      };
      await expect.poll(waiting).toBe(1);
      isEnough.resolve();
      expect(await clearing).toBeGreaterThan(10);
    } finally {
      isEnough.resolve();
      await working;
      await Promise.all([other.destroy(), watcher.destroy()]);
    }
    expect(await filesWithWord()).toEqual([]);
  });

  it('stay asked for while somebody goes on too long', async () => {
    const { container, openAsOwner, clear } = await setUp();
    const userId = await insertTestUser(container.everyone);
    await asUser(container.db, userId, (trx) => askForClearing(trx));
    const before = await findClearing(container.db);
    const warnings: string[] = [];
    const log = {
      info: () => undefined,
      warn: (_: object, message: string) => warnings.push(message),
      error: () => undefined,
    };
    const reader = openAsOwner();
    try {
      await reader
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (trx) => {
          // It locks no table, which would be waited for however long it takes.
          await sql`select 1`.execute(trx);
          expect(await clearDeleted({ db: container.db, openAsOwner, log }, 50)).toBeGreaterThan(10);
        });
    } finally {
      await reader.destroy();
    }
    expect(warnings).toEqual([expect.stringContaining('a long transaction')]);
    expect(await findClearing(container.db)).toEqual(before);
    expect(await clear()).toBeGreaterThan(10);
    expect(await findClearing(container.db)).toMatchObject({ askedAt: null, doneAt: expect.any(Date) });
  });
});

it('asks for a day’s deletions once a day, and for an erasure at once', async () => {
  const { container, clear } = await setUp();
  expect(await clear()).toBeGreaterThan(10);
  expect(await clear()).toBe(0);
  const userId = await insertTestUser(container.everyone);
  await asUser(container.db, userId, (trx) => askForClearing(trx));
  expect(await clear()).toBeGreaterThan(10);
  expect(await findClearing(container.db)).toMatchObject({ askedAt: null, doneAt: expect.any(Date) });
  await container.everyone
    .updateTable('upkeep')
    .set({ done_at: new Date(Date.now() - 25 * 3_600_000), deleted_rows: -1 })
    .execute();
  expect(await clear()).toBeGreaterThan(10);
});
