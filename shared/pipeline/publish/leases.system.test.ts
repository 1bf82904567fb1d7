import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { claimPendingChunks, lastLeaseEnd, renewLease } from '#shared/db/outbox-repository.ts';
import { deleteFile } from '#shared/files/delete-file.ts';
import { fileRow, outboxParts, SLICE_MS } from '#testing/outbox.ts';
import { until } from '#testing/person.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { publishBatch } from './publish-chunks.ts';
import { publishPending } from './publish-pending.ts';
import { publishTombstones } from './publish-tombstones.ts';

const { setUp, proxyThatHolds } = outboxParts();

describe('a lease', () => {
  it('is renewed only while it lasts, for its holder, and for files that are still to be published', async () => {
    const container = await setUp();
    const { everyone: db } = container;
    const userId = await insertTestUser(db);
    const kept = await insertEmbeddedFile(db, userId, { chunks: 1 });
    const deleted = await insertEmbeddedFile(db, userId, { chunks: 1 });
    const ended = await insertEmbeddedFile(db, userId, { chunks: 1 });
    const holder = randomUUID();
    expect(await claimPendingChunks(db, holder, { limit: 10, leaseSeconds: 20 })).toHaveLength(3);
    await deleteFile(container, userId, deleted.fileId);
    await db
      .updateTable('chunks')
      .set({ lease_expires_at: new Date(0) })
      .where('file_id', '=', ended.fileId)
      .execute();
    const ids = [kept, deleted, ended].flatMap((file) => file.chunkIds);
    expect(await renewLease(db, randomUUID(), ids, 60)).toEqual(new Set());
    expect(await renewLease(db, holder, ids, 60)).toEqual(new Set(kept.chunkIds));
    const end = await lastLeaseEnd(db, kept.fileId, 1);
    expect((end?.getTime() ?? 0) - Date.now()).toBeGreaterThan(40_000);
  });

  it('that ends while the place is made lets nothing be sent any more', async () => {
    const proxy = await proxyThatHolds(/^\/collections\/[^/]+$/);
    const container = await setUp({ QDRANT_URL: proxy.url });
    const userId = await insertTestUser(container.everyone);
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 4 });
    const publishing = publishBatch(container);
    await until('the collection to be asked for', 10_000, async () => (proxy.held === 1 ? true : undefined));
    await container.everyone
      .updateTable('chunks')
      .set({ lease_expires_at: new Date(0) })
      .execute();
    await proxy.release();
    expect(await publishing).toMatchObject({ claimed: 4, outage: false });
    expect(await container.vectorIndex.count(userId, fileId)).toBe(0);
    // They are due for the next publisher, and nothing was counted against them.
    expect(await publishBatch(container)).toMatchObject({ claimed: 4, outage: false });
    expect(await fileRow(container, fileId)).toMatchObject({ status: 'READY' });
  });

  it('that shows at the second pass of a deletion starts it over', async () => {
    const container = await setUp();
    const { everyone: db } = container;
    const userId = await insertTestUser(db);
    const { fileId } = await insertEmbeddedFile(db, userId, { chunks: 1 });
    await claimPendingChunks(db, randomUUID(), { limit: 10, leaseSeconds: 20 });
    await deleteFile(container, userId, fileId);
    await db.updateTable('tombstones').set({ passes: 1 }).execute();
    await publishTombstones(container, Date.now() + SLICE_MS);
    expect(await db.selectFrom('tombstones').select('passes').execute()).toEqual([{ passes: 0 }]);
  });
});

describe('a slow upsert', () => {
  it('cannot bring a deleted file back', async () => {
    const proxy = await proxyThatHolds(/\/points/);
    const container = await setUp({
      QDRANT_URL: proxy.url,
      QDRANT_TIMEOUT_MS: '600',
      OUTBOX_LEASE_SECONDS: '2',
    });
    const userId = await insertTestUser(container.everyone);
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 4 });

    // The client gives up after its time limit; the request is still under way.
    await publishBatch(container);
    expect(proxy.held).toBe(1);
    await deleteFile(container, userId, fileId);

    // No deletion while the lease lasts.
    await publishPending(container, SLICE_MS);
    const tombstone = () => container.everyone.selectFrom('tombstones').selectAll().executeTakeFirst();
    expect(await tombstone()).toMatchObject({ passes: 0 });

    await until('the first pass', 10_000, async () => {
      await publishPending(container, SLICE_MS);
      return (await tombstone())?.passes === 1 ? true : undefined;
    });
    // Now it lands after all, and the file is back in the vector store …
    await proxy.release();
    expect(await container.vectorIndex.count(userId, fileId)).toBe(4);

    // … until the second pass.
    await until('the tombstone to be done', 10_000, async () => {
      await publishPending(container, SLICE_MS);
      return (await tombstone()) ? undefined : true;
    });
    expect(await container.vectorIndex.count(userId, fileId)).toBe(0);
    expect(await fileRow(container, fileId)).toBeUndefined();
    const left = await container.everyone.selectFrom('chunks').select('id').execute();
    expect(left).toEqual([]);
  });
});
