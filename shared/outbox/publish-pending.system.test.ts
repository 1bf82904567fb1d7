import { afterEach, describe, expect, inject, it } from 'vitest';
import { deleteFile } from '#shared/files/delete-file.ts';
import { publishDeps } from '#shared/runtime/use-case-deps.ts';
import { type DelayingProxy, startDelayingProxy } from '#testing/delaying-proxy.ts';
import { until } from '#testing/person.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { publishBatch } from './publish-chunks.ts';
import { publishPending } from './publish-pending.ts';

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

function fileRow(container: TestContainer, fileId: string) {
  return container.db.selectFrom('files').selectAll().where('id', '=', fileId).executeTakeFirst();
}

describe('publishing', () => {
  it('marks every chunk SYNCED, leaves no vector behind and makes the file READY', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.db);
    const { fileId, chunkIds } = await insertEmbeddedFile(container.db, userId, { chunks: 600 });
    const outcome = await publishPending(publishDeps(container), SLICE_MS);
    expect(outcome).toMatchObject({ chunks: 600, more: false });
    expect(await fileRow(container, fileId)).toMatchObject({ status: 'READY', live_generation: 1, chunks_synced: 600 });
    const rows = await container.db.selectFrom('chunks').selectAll().where('file_id', '=', fileId).execute();
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
    const userId = await insertTestUser(container.db);
    const files = await Promise.all([1, 2, 3].map(() => insertEmbeddedFile(container.db, userId, { chunks: 400 })));
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => publishPending(publishDeps(container), SLICE_MS)));
    expect(outcomes.reduce((sum, outcome) => sum + outcome.chunks, 0)).toBe(1_200);
    for (const { fileId } of files) {
      expect(await fileRow(container, fileId)).toMatchObject({ status: 'READY', chunks_synced: 400 });
    }
    expect(await container.vectorIndex.count(userId)).toBe(1_200);
  });

  it('moves the live generation and buries what came before', async () => {
    const container = await setUp({ QDRANT_TIMEOUT_MS: '100' });
    const userId = await insertTestUser(container.db);
    const { fileId } = await insertEmbeddedFile(container.db, userId, { chunks: 3 });
    await publishPending(publishDeps(container), SLICE_MS);
    await insertEmbeddedFile(container.db, userId, { chunks: 2, generation: 2, fileId });
    await publishPending(publishDeps(container), SLICE_MS);
    expect(await fileRow(container, fileId)).toMatchObject({ live_generation: 2, status: 'READY' });
    await until('the old generation to be gone', 10_000, async () => {
      await publishPending(publishDeps(container), SLICE_MS);
      const { count } = await container.db
        .selectFrom('tombstones')
        .select((e) => e.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count === 0 ? true : undefined;
    });
    expect(await container.vectorIndex.count(userId, fileId)).toBe(2);
    const rows = await container.db.selectFrom('chunks').select('generation').execute();
    expect(rows.map((row) => row.generation)).toEqual([2, 2]);
  });
});

describe('a vector store that refuses', () => {
  it('is tried again with a growing delay, then the file is FAILED with the reason', async () => {
    const container = await setUp({
      QDRANT_URL: 'http://127.0.0.1:9',
      OUTBOX_MAX_ATTEMPTS: '3',
      OUTBOX_LEASE_SECONDS: '1',
    });
    const userId = await insertTestUser(container.db);
    const { fileId, chunkIds } = await insertEmbeddedFile(container.db, userId, { chunks: 2 });
    const file = await until('the file to fail', 30_000, async () => {
      await publishBatch(publishDeps(container));
      const row = await fileRow(container, fileId);
      return row?.status === 'FAILED' ? row : undefined;
    });
    expect(file).toMatchObject({ error_code: 'INDEX_FAILED' });
    expect(file.error_message).toContain('3 times');
    const rows = await container.db.selectFrom('chunks').selectAll().where('id', 'in', chunkIds).execute();
    expect(rows.map((row) => [row.sync_status, row.attempts])).toEqual([
      ['FAILED', 3],
      ['FAILED', 3],
    ]);
  });

  it('does not hold up what is published to a store that answers', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.db);
    const poison = await insertEmbeddedFile(container.db, userId, { chunks: 1 });
    await publishPending(publishDeps(container), SLICE_MS);
    // Another length under the same model: the store cannot take it.
    const bad = await insertEmbeddedFile(container.db, await insertTestUser(container.db), { chunks: 1 });
    await container.db.updateTable('chunks').set({ dense_vector: [] }).where('file_id', '=', bad.fileId).execute();
    const good = await insertEmbeddedFile(container.db, userId, { chunks: 5 });
    await publishPending(publishDeps(container), SLICE_MS);
    expect(await fileRow(container, good.fileId)).toMatchObject({ status: 'READY' });
    expect(await fileRow(container, bad.fileId)).toMatchObject({ status: 'EMBEDDED' });
    expect(await fileRow(container, poison.fileId)).toMatchObject({ status: 'READY' });
  });
});

describe('a slow upsert', () => {
  it('cannot bring a deleted file back', async () => {
    const proxy = await proxyThatHolds(/\/points/);
    const container = await setUp({
      QDRANT_URL: proxy.url,
      QDRANT_TIMEOUT_MS: '1000',
      OUTBOX_LEASE_SECONDS: '2',
    });
    const userId = await insertTestUser(container.db);
    const { fileId } = await insertEmbeddedFile(container.db, userId, { chunks: 4 });

    // The client gives up after a second; the request is still under way.
    await publishBatch(publishDeps(container));
    expect(proxy.held).toBe(1);
    await deleteFile(container, userId, fileId);

    // No deletion while the lease lasts.
    await publishPending(publishDeps(container), SLICE_MS);
    const tombstone = () => container.db.selectFrom('tombstones').selectAll().executeTakeFirst();
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
    const left = await container.db.selectFrom('chunks').select('id').execute();
    expect(left).toEqual([]);
  });
});
