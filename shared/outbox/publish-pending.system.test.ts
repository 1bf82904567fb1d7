import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { claimPendingChunks, lastLeaseEnd, OUTAGE_REASON, renewLease } from '#shared/db/outbox-repository.ts';
import { insertTombstone } from '#shared/db/tombstones-repository.ts';
import { deleteFile } from '#shared/files/delete-file.ts';
import { publishDeps } from '#shared/runtime/use-case-deps.ts';
import { type DelayingProxy, startDelayingProxy } from '#testing/delaying-proxy.ts';
import { until } from '#testing/person.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { publishBatch } from './publish-chunks.ts';
import { publishPending } from './publish-pending.ts';
import { publishTombstones } from './publish-tombstones.ts';

const SLICE_MS = 20_000;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function setUp(settings: Parameters<typeof newTestContainer>[0] = {}): Promise<TestContainer> {
  const container = await newTestContainer(settings);
  open.push(container);
  return container;
}

async function proxyThatHolds(path: RegExp): Promise<DelayingProxy> {
  const proxy = await startDelayingProxy(
    inject('system').env.QDRANT_URL ?? '',
    (method, url) => method === 'PUT' && path.test(url),
  );
  open.push(proxy);
  return proxy;
}

/** @returns the address of a server that answers every request with 400 */
async function serverThatRefuses(): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: { error: 'refused' }, time: 0 }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push({
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function fileRow(container: TestContainer, fileId: string) {
  return container.everyone.selectFrom('files').selectAll().where('id', '=', fileId).executeTakeFirst();
}

describe('publishing', () => {
  it('marks every chunk SYNCED, leaves no vector behind and makes the file READY', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.everyone);
    const { fileId, chunkIds } = await insertEmbeddedFile(container.everyone, userId, { chunks: 600 });
    const outcome = await publishPending(publishDeps(container), SLICE_MS);
    expect(outcome).toMatchObject({ chunks: 600, more: false });
    expect(await fileRow(container, fileId)).toMatchObject({ status: 'READY', live_generation: 1, chunks_synced: 600 });
    const rows = await container.everyone.selectFrom('chunks').selectAll().where('file_id', '=', fileId).execute();
    expect(rows).toHaveLength(600);
    for (const row of rows) {
      expect(row).toMatchObject({
        sync_status: 'SYNCED',
        dense_vector: null,
        sparse_indices: null,
        sparse_values: null,
        qdrant_id: row.id,
      });
    }
    expect(await container.vectorIndex.count(userId)).toBe(chunkIds.length);
  });

  it('by several publishers at once publishes every chunk once', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.everyone);
    const files = await Promise.all(
      [1, 2, 3].map(() => insertEmbeddedFile(container.everyone, userId, { chunks: 400 })),
    );
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => publishPending(publishDeps(container), SLICE_MS)));
    expect(outcomes.reduce((sum, outcome) => sum + outcome.chunks, 0)).toBe(1_200);
    for (const { fileId } of files) {
      expect(await fileRow(container, fileId)).toMatchObject({ status: 'READY', chunks_synced: 400 });
    }
    expect(await container.vectorIndex.count(userId)).toBe(1_200);
  });

  it('moves the live generation and buries what came before', async () => {
    const container = await setUp({ QDRANT_TIMEOUT_MS: '100' });
    const userId = await insertTestUser(container.everyone);
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 3 });
    await publishPending(publishDeps(container), SLICE_MS);
    await insertEmbeddedFile(container.everyone, userId, { chunks: 2, generation: 2, fileId });
    await publishPending(publishDeps(container), SLICE_MS);
    expect(await fileRow(container, fileId)).toMatchObject({ live_generation: 2, status: 'READY' });
    await until('the old generation to be gone', 10_000, async () => {
      await publishPending(publishDeps(container), SLICE_MS);
      const { count } = await container.everyone
        .selectFrom('tombstones')
        .select((e) => e.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count === 0 ? true : undefined;
    });
    expect(await container.vectorIndex.count(userId, fileId)).toBe(2);
    const rows = await container.everyone.selectFrom('chunks').select('generation').execute();
    expect(rows.map((row) => row.generation)).toEqual([2, 2]);
  });
});

describe('files that are published together', () => {
  it('make the answers of their person stale once', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.everyone);
    for (let n = 0; n < 3; n += 1) await insertEmbeddedFile(container.everyone, userId, { chunks: 2 });
    await publishPending(publishDeps(container), SLICE_MS);
    const people = await container.everyone.selectFrom('users').select('index_version').execute();
    expect(people).toEqual([{ index_version: 1 }]);
  });
});

describe('a vector store that refuses', () => {
  it('is tried again with a growing delay, then the file is FAILED with the reason', async () => {
    const container = await setUp({
      QDRANT_URL: await serverThatRefuses(),
      QDRANT_TIMEOUT_MS: '300',
      OUTBOX_MAX_ATTEMPTS: '3',
      OUTBOX_LEASE_SECONDS: '1',
    });
    const userId = await insertTestUser(container.everyone);
    const { fileId, chunkIds } = await insertEmbeddedFile(container.everyone, userId, { chunks: 2 });
    const file = await until('the file to fail', 30_000, async () => {
      await publishBatch(publishDeps(container));
      const row = await fileRow(container, fileId);
      return row?.status === 'FAILED' ? row : undefined;
    });
    expect(file).toMatchObject({ error_code: 'INDEX_FAILED' });
    expect(file.error_message).toContain('3 times');
    const rows = await container.everyone.selectFrom('chunks').selectAll().where('id', 'in', chunkIds).execute();
    expect(rows.map((row) => [row.sync_status, row.attempts])).toEqual([
      ['FAILED', 3],
      ['FAILED', 3],
    ]);
  });

  it('does not hold up what is published to a store that answers', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.everyone);
    const poison = await insertEmbeddedFile(container.everyone, userId, { chunks: 1 });
    await publishPending(publishDeps(container), SLICE_MS);
    // Another length under the same model: the store cannot take it.
    const bad = await insertEmbeddedFile(container.everyone, await insertTestUser(container.everyone), { chunks: 1 });
    await container.everyone
      .updateTable('chunks')
      .set({ dense_vector: [] })
      .where('file_id', '=', bad.fileId)
      .execute();
    const good = await insertEmbeddedFile(container.everyone, userId, { chunks: 5 });
    await publishPending(publishDeps(container), SLICE_MS);
    expect(await fileRow(container, good.fileId)).toMatchObject({ status: 'READY' });
    expect(await fileRow(container, bad.fileId)).toMatchObject({ status: 'EMBEDDED' });
    expect(await fileRow(container, poison.fileId)).toMatchObject({ status: 'READY' });
  });
});

describe('a refused group', () => {
  it('goes file by file, so that a bad file fails alone', async () => {
    const container = await setUp({ OUTBOX_MAX_ATTEMPTS: '1' });
    const userId = await insertTestUser(container.everyone);
    const bad = await insertEmbeddedFile(container.everyone, userId, { chunks: 2 });
    const [badChunk = ''] = bad.chunkIds;
    await container.everyone
      .updateTable('chunks')
      .set({ dense_vector: [1, 2, 3] })
      .where('id', '=', badChunk)
      .execute();
    const good = await Promise.all([1, 2].map(() => insertEmbeddedFile(container.everyone, userId, { chunks: 3 })));
    await publishPending(publishDeps(container), SLICE_MS);
    expect(await fileRow(container, bad.fileId)).toMatchObject({ status: 'FAILED', error_code: 'INDEX_FAILED' });
    for (const { fileId } of good) expect(await fileRow(container, fileId)).toMatchObject({ status: 'READY' });
    const left = await container.everyone
      .selectFrom('chunks')
      .select(['sync_status', 'dense_vector'])
      .where('file_id', '=', bad.fileId)
      .execute();
    expect(left).toEqual(Array(2).fill({ sync_status: 'FAILED', dense_vector: null }));
  });
});

describe('a vector store that is away', () => {
  it('ends the run, leaves the rest of the outbox untouched and fails a file late', async () => {
    const container = await setUp({ QDRANT_URL: 'http://127.0.0.1:9', OUTBOX_MAX_ATTEMPTS: '2' });
    const files = [];
    for (let person = 0; person < 3; person += 1) {
      files.push(await insertEmbeddedFile(container.everyone, await insertTestUser(container.everyone), { chunks: 1 }));
    }
    const dueNow = () =>
      container.everyone.updateTable('chunks').set({ next_attempt_at: new Date(0), lease_expires_at: new Date(0) });
    const attempts = async () => {
      const rows = await container.everyone.selectFrom('chunks').select(['attempts', 'lease_holder']).execute();
      return rows.sort((a, b) => b.attempts - a.attempts);
    };
    expect(await publishPending(publishDeps(container), SLICE_MS)).toMatchObject({ more: false });
    const [tried, ...others] = await attempts();
    expect(tried?.attempts).toBe(1);
    expect(others).toEqual(Array(2).fill({ attempts: 0, lease_holder: null }));

    const [first] = files;
    await container.everyone
      .deleteFrom('files')
      .where('id', '<>', first?.fileId ?? '')
      .execute();
    await container.everyone.updateTable('chunks').set({ attempts: 18, last_error: null }).execute();
    await dueNow().execute();
    await publishPending(publishDeps(container), SLICE_MS);
    expect(await fileRow(container, first?.fileId ?? '')).toMatchObject({ status: 'EMBEDDED' });
    await dueNow().execute();
    await publishPending(publishDeps(container), SLICE_MS);
    expect(await fileRow(container, first?.fileId ?? '')).toMatchObject({
      status: 'FAILED',
      error_code: 'INDEX_FAILED',
    });
  });

  it('does not count once it is back and refuses', async () => {
    const container = await setUp({ QDRANT_URL: await serverThatRefuses(), OUTBOX_MAX_ATTEMPTS: '3' });
    const { fileId } = await insertEmbeddedFile(container.everyone, await insertTestUser(container.everyone), {
      chunks: 1,
    });
    await container.everyone.updateTable('chunks').set({ attempts: 20, last_error: OUTAGE_REASON }).execute();
    await publishPending(publishDeps(container), SLICE_MS);
    expect(await container.everyone.selectFrom('chunks').select('attempts').execute()).toEqual([{ attempts: 1 }]);
    expect(await fileRow(container, fileId)).toMatchObject({ status: 'EMBEDDED' });
  });
});

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
    const publishing = publishBatch(publishDeps(container));
    await until('the collection to be asked for', 10_000, async () => (proxy.held === 1 ? true : undefined));
    await container.everyone
      .updateTable('chunks')
      .set({ lease_expires_at: new Date(0) })
      .execute();
    await proxy.release();
    expect(await publishing).toEqual({ claimed: 4, outage: false });
    expect(await container.vectorIndex.count(userId, fileId)).toBe(0);
    // They are due for the next publisher, and nothing was counted against them.
    expect(await publishBatch(publishDeps(container))).toEqual({ claimed: 4, outage: false });
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
    await publishTombstones(publishDeps(container), Date.now() + SLICE_MS);
    expect(await db.selectFrom('tombstones').select('passes').execute()).toEqual([{ passes: 0 }]);
  });
});

describe('deletions', () => {
  it('that come in numbers are all begun in one run', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.everyone);
    for (let n = 0; n < 25; n += 1) {
      const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 0 });
      await deleteFile(container, userId, fileId);
    }
    expect(await publishPending(publishDeps(container), SLICE_MS)).toMatchObject({ tombstones: 25, more: false });
    const rows = await container.everyone.selectFrom('tombstones').select('passes').execute();
    expect(rows).toEqual(Array(25).fill({ passes: 1 }));
  });

  it('do not begin after the deadline, and stay due', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.everyone);
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 0 });
    await deleteFile(container, userId, fileId);
    expect(await publishTombstones(publishDeps(container), Date.now() - 1)).toBe(1);
    expect(await container.everyone.selectFrom('tombstones').select('passes').execute()).toEqual([{ passes: 0 }]);
    expect(await publishTombstones(publishDeps(container), Date.now() + SLICE_MS)).toBe(1);
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
    const clearing = publishTombstones(publishDeps(container), Date.now() + SLICE_MS);
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
    await publishBatch(publishDeps(container));
    expect(proxy.held).toBe(1);
    await deleteFile(container, userId, fileId);

    // No deletion while the lease lasts.
    await publishPending(publishDeps(container), SLICE_MS);
    const tombstone = () => container.everyone.selectFrom('tombstones').selectAll().executeTakeFirst();
    expect(await tombstone()).toMatchObject({ passes: 0 });

    await until('the first pass', 10_000, async () => {
      await publishPending(publishDeps(container), SLICE_MS);
      return (await tombstone())?.passes === 1 ? true : undefined;
    });
    // Now it lands after all, and the file is back in the vector store …
    await proxy.release();
    expect(await container.vectorIndex.count(userId, fileId)).toBe(4);

    // … until the second pass.
    await until('the tombstone to be done', 10_000, async () => {
      await publishPending(publishDeps(container), SLICE_MS);
      return (await tombstone()) ? undefined : true;
    });
    expect(await container.vectorIndex.count(userId, fileId)).toBe(0);
    expect(await fileRow(container, fileId)).toBeUndefined();
    const left = await container.everyone.selectFrom('chunks').select('id').execute();
    expect(left).toEqual([]);
  });
});
