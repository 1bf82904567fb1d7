import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { leasePendingChunks } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { lockFilesOf } from '#shared/db/files-repository.ts';
import { fileRow, outboxParts } from '#testing/outbox.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { publishBatch } from './publish-chunks.ts';

const { setUp } = outboxParts();

/** How many chunks of each person the next batch takes. */
async function nextBatch(db: Db, limit: number): Promise<Record<string, number>> {
  const leased = await leasePendingChunks(db, randomUUID(), { limit, leaseSeconds: 60 });
  return Object.fromEntries([...Map.groupBy(leased, ({ userId }) => userId)].map(([user, own]) => [user, own.length]));
}

it('one person’s long book holds up nobody’s note, and has the batch to itself when it is alone', async () => {
  const { everyone: db } = await setUp();
  const [author, other] = [await insertTestUser(db), await insertTestUser(db)];
  await insertEmbeddedFile(db, author, { chunks: 300 });
  await insertEmbeddedFile(db, other, { chunks: 1 });
  expect(await nextBatch(db, 100)).toEqual({ [author]: 99, [other]: 1 });
  expect(await nextBatch(db, 100)).toEqual({ [author]: 100 });
  await insertEmbeddedFile(db, other, { chunks: 60 });
  const shared = Object.values(await nextBatch(db, 100));
  expect(shared).toHaveLength(2);
  expect(Math.min(...shared)).toBeGreaterThanOrEqual(25);
});

it('of many with much to publish each gets a quarter of a batch in turn, also who comes late', async () => {
  const { everyone: db } = await setUp();
  const people = await Promise.all(Array.from({ length: 10 }, () => insertTestUser(db)));
  await Promise.all(people.slice(1).map((person) => insertEmbeddedFile(db, person, { chunks: 80 })));
  const first = await nextBatch(db, 40);
  expect(Object.values(first)).toEqual([10, 10, 10, 10]);
  const [late = ''] = people;
  await insertEmbeddedFile(db, late, { chunks: 80 });
  // A round of ten.
  const round = [await nextBatch(db, 40), await nextBatch(db, 40), await nextBatch(db, 40)];
  const served = new Set(round.flatMap((batch) => Object.keys(batch)));
  expect(served).toEqual(new Set(people));
});

it('batches that are taken side by side share nothing', async () => {
  const { everyone: db } = await setUp();
  const people = await Promise.all([1, 2, 3].map(() => insertTestUser(db)));
  await Promise.all(people.map((person) => insertEmbeddedFile(db, person, { chunks: 50 })));
  const batches = await Promise.all(
    [1, 2, 3, 4].map(() => leasePendingChunks(db, randomUUID(), { limit: 40, leaseSeconds: 60 })),
  );
  const ids = batches.flat().map(({ id }) => id);
  expect(ids).toHaveLength(150);
  expect(new Set(ids).size).toBe(150);
});

it('one person whose files are held for too long leaves the others of the batch alone, and is published later', async () => {
  const container = await setUp({ LOG_LEVEL: 'silent' });
  const { everyone: db } = container;
  const people = await Promise.all([1, 2, 3].map(() => insertTestUser(db)));
  const [held = ''] = [...people].sort();
  const files = new Map<string, string>();
  for (const person of people) files.set(person, (await insertEmbeddedFile(db, person, { chunks: 2 })).fileId);
  await db.transaction().execute(async (trx) => {
    await lockFilesOf(trx, held);
    await expect(publishBatch(container)).rejects.toThrow(/lock/);
  });
  for (const [person, fileId] of files) {
    expect(await fileRow(container, fileId)).toMatchObject({ status: person === held ? 'EMBEDDED' : 'READY' });
  }
  await db
    .updateTable('chunks')
    .set({ lease_expires_at: new Date(0) })
    .execute();
  await publishBatch(container);
  expect(await fileRow(container, files.get(held) ?? '')).toMatchObject({ status: 'READY' });
});
