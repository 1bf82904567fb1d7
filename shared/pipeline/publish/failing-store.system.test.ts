import { describe, expect, it } from 'vitest';
import { OUTAGE_REASON } from '#shared/db/outbox-repository.ts';
import { fileRow, outboxParts, SLICE_MS } from '#testing/outbox.ts';
import { until } from '#testing/person.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { publishBatch } from './publish-chunks.ts';
import { publishPending } from './publish-pending.ts';

const { setUp, serverThatRefuses } = outboxParts();

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
      await publishBatch(container);
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
    await publishPending(container, SLICE_MS);
    // Another length under the same model: the store cannot take it.
    const bad = await insertEmbeddedFile(container.everyone, await insertTestUser(container.everyone), { chunks: 1 });
    await container.everyone
      .updateTable('chunks')
      .set({ dense_vector: [] })
      .where('file_id', '=', bad.fileId)
      .execute();
    const good = await insertEmbeddedFile(container.everyone, userId, { chunks: 5 });
    await publishPending(container, SLICE_MS);
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
    await publishPending(container, SLICE_MS);
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
    expect(await publishPending(container, SLICE_MS)).toMatchObject({ more: false });
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
    await publishPending(container, SLICE_MS);
    expect(await fileRow(container, first?.fileId ?? '')).toMatchObject({ status: 'EMBEDDED' });
    await dueNow().execute();
    await publishPending(container, SLICE_MS);
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
    await publishPending(container, SLICE_MS);
    expect(await container.everyone.selectFrom('chunks').select('attempts').execute()).toEqual([{ attempts: 1 }]);
    expect(await fileRow(container, fileId)).toMatchObject({ status: 'EMBEDDED' });
  });
});
