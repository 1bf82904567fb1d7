import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createS3ObjectStorage } from '#shared/adapters/s3/s3-object-storage.ts';
import { asUser } from '#shared/db/as-user.ts';
import { claimObjects } from '#shared/db/loose-objects-repository.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { fileRow, outboxParts, SLICE_MS } from '#testing/outbox.ts';
import { until } from '#testing/person.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { publishPending } from './publish-pending.ts';

const { setUp } = outboxParts();

describe('publishing', () => {
  it('marks every chunk SYNCED, leaves no vector behind and makes the file READY', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.everyone);
    const { fileId, chunkIds } = await insertEmbeddedFile(container.everyone, userId, { chunks: 600 });
    const outcome = await publishPending(container, SLICE_MS);
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
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => publishPending(container, SLICE_MS)));
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
    await publishPending(container, SLICE_MS);
    await insertEmbeddedFile(container.everyone, userId, { chunks: 2, generation: 2, fileId });
    await publishPending(container, SLICE_MS);
    expect(await fileRow(container, fileId)).toMatchObject({ live_generation: 2, status: 'READY' });
    await until('the old generation to be gone', 10_000, async () => {
      await publishPending(container, SLICE_MS);
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

it('publishes while the object storage takes requests and never answers', async () => {
  const container = await setUp({ LOG_LEVEL: 'silent' });
  const userId = await insertTestUser(container.everyone);
  const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 3 });
  const key = `files/${userId}/${fileId}/1-${randomUUID()}`;
  await asUser(container.db, userId, (trx) => claimObjects(trx, { userId, fileId, bucket: 'storage' }, [key]));
  await container.everyone
    .updateTable('loose_objects')
    .set({ due_at: new Date(0) })
    .execute();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const silent = createServer(() => ask());
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  const storage = createS3ObjectStorage({
    region: container.config.AWS_REGION,
    endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    buckets: { incoming: container.config.S3_INCOMING_BUCKET, storage: container.config.S3_BUCKET },
  });
  const publishing = publishPending(withParts(container, { storage }), SLICE_MS);
  try {
    await asked;
    expect(await fileRow(container, fileId)).toMatchObject({ status: 'READY', chunks_synced: 3 });
  } finally {
    silent.close();
    silent.closeAllConnections();
    await publishing;
  }
});

it('looks at points that came late however long the tombstones take', async () => {
  const container = await setUp();
  const userId = await insertTestUser(container.everyone);
  const deleted = await insertEmbeddedFile(container.everyone, userId, { chunks: 0 });
  const late = await insertEmbeddedFile(container.everyone, userId, { chunks: 0 });
  const due = { user_id: userId, holder: randomUUID(), due_at: new Date(0) };
  await container.everyone
    .insertInto('tombstones')
    .values({ user_id: userId, file_id: deleted.fileId, up_to_generation: 1 })
    .execute();
  await container.everyone
    .insertInto('sendings')
    .values({ ...due, file_id: late.fileId, generation: 7 })
    .execute();
  const slice = 400;
  const deleteFile: typeof container.vectorIndex.deleteFile = async (...args) => {
    if (args[1] === deleted.fileId) await pass(slice);
    return container.vectorIndex.deleteFile(...args);
  };
  await publishPending(withParts(container, { vectorIndex: { ...container.vectorIndex, deleteFile } }), slice);
  expect(await container.everyone.selectFrom('sendings').selectAll().execute()).toEqual([]);
});

describe('files that are published together', () => {
  it('make the answers of their person stale once', async () => {
    const container = await setUp();
    const userId = await insertTestUser(container.everyone);
    for (let n = 0; n < 3; n += 1) await insertEmbeddedFile(container.everyone, userId, { chunks: 2 });
    await publishPending(container, SLICE_MS);
    const people = await container.everyone.selectFrom('users').select('index_version').execute();
    expect(people).toEqual([{ index_version: 1 }]);
  });
});
