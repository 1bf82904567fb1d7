import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { insertTombstone } from '#shared/db/tombstones-repository.ts';
import { deleteFile } from '#shared/files/delete-file.ts';
import { fileRow, outboxParts, SLICE_MS } from '#testing/outbox.ts';
import { until } from '#testing/person.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { publishPending } from './publish-pending.ts';
import { publishTombstones } from './publish-tombstones.ts';

const { setUp } = outboxParts();

describe('deletions', () => {
  it('that come in numbers are all begun in one run', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.everyone);
    for (let n = 0; n < 25; n += 1) {
      const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 0 });
      await deleteFile(container, userId, fileId);
    }
    expect(await publishPending(container, SLICE_MS)).toMatchObject({ tombstones: 25, more: false });
    const rows = await container.everyone.selectFrom('tombstones').select('passes').execute();
    expect(rows).toEqual(Array(25).fill({ passes: 1 }));
  });

  it('do not begin after the deadline, and stay due', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.everyone);
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 0 });
    await deleteFile(container, userId, fileId);
    expect(await publishTombstones(container, Date.now() - 1)).toBe(1);
    expect(await container.everyone.selectFrom('tombstones').select('passes').execute()).toEqual([{ passes: 0 }]);
    expect(await publishTombstones(container, Date.now() + SLICE_MS)).toBe(1);
  });

  it('of the last two tombstones at once take the row of the file with them', async () => {
    const container = await setUp();
    const { everyone: db } = container;
    const userId = await insertTestUser(db);
    const { fileId } = await insertEmbeddedFile(db, userId, { chunks: 0 });
    await insertTombstone(db, { userId, fileId, upToGeneration: 1 });
    await deleteFile(container, userId, fileId);
    const [first] = await db.updateTable('tombstones').set({ passes: 1 }).returning('id').execute();
    // One of them is cleared by a transaction that has not ended yet.
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const other = db.transaction().execute(async (trx) => {
      await trx.selectFrom('files').select('id').where('id', '=', fileId).forUpdate().execute();
      await trx
        .deleteFrom('tombstones')
        .where('id', '=', first?.id ?? 0)
        .execute();
      begun.resolve();
      await end.promise;
    });
    await begun.promise;
    const clearing = publishTombstones(container, Date.now() + SLICE_MS);
    await until('the second to wait for the row', 10_000, async () => {
      const waiting = await sql`
        select 1 from pg_locks
        where not granted and locktype in ('tuple', 'transactionid') and pid in (
          select pid from pg_stat_activity where datname = current_database()
        )`.execute(db);
      return waiting.rows.length > 0 ? true : undefined;
    });
    end.resolve();
    await Promise.all([other, clearing]);
    expect(await db.selectFrom('tombstones').select('id').execute()).toEqual([]);
    expect(await fileRow(container, fileId)).toBeUndefined();
  });
});
