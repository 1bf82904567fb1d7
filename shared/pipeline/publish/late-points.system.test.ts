import { describe, expect, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { outboxDepth } from '#shared/db/cross-tenant.ts';
import { failGeneration } from '#shared/db/pipeline-repository.ts';
import { deleteFile } from '#shared/files/delete-file.ts';
import { reprocessFile } from '#shared/files/reprocess-file.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { fileRow, outboxParts } from '#testing/outbox.ts';
import { until } from '#testing/person.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import type { TestContainer } from '#testing/test-container.ts';
import type { PublishDeps } from './publish-chunks.ts';
import { publishPending } from './publish-pending.ts';

const { setUp } = outboxParts();
const SLICE_MS = 1_000;
const LEASE = { LOG_LEVEL: 'silent', QDRANT_TIMEOUT_MS: '1000', OUTBOX_LEASE_SECONDS: '3' };

/** What a publisher takes, that stands still before each upsert until `goOn` is called; `after` comes after the upsert. */
function standingStill(container: TestContainer, after: () => Promise<unknown> = async () => undefined) {
  const { promise: gone, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  let isReached = false;
  const upsert: PublishDeps['vectorIndex']['upsert'] = async (...args) => {
    isReached = true;
    reach();
    await gone;
    await container.vectorIndex.upsert(...args);
    await after();
  };
  const still = withParts(container, { vectorIndex: { ...container.vectorIndex, upsert } });
  /** On a slow machine a lease may end before the first request: then once more. */
  const publish = async () => {
    do await publishPending(still, SLICE_MS);
    while (!isReached);
  };
  return { publish, goOn, reached };
}

/** Another publisher carries out what is due until the file is deleted. */
async function deletePoints(container: TestContainer, fileId: string): Promise<void> {
  await until('the file to be deleted', 20_000, async () => {
    await publishPending(container, SLICE_MS);
    return (await fileRow(container, fileId)) ? undefined : true;
  });
}

const sendings = (container: TestContainer) => container.everyone.selectFrom('sendings').selectAll().execute();

describe('a publisher that stands still for longer than its lease', () => {
  it('does not bring back the points of a file that was deleted meanwhile', async () => {
    const container = await setUp(LEASE);
    const userId = await insertTestUser(container.everyone);
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 3 });
    const still = standingStill(container);
    const publishing = still.publish();
    await still.reached;
    await deleteFile(container, userId, fileId);
    await deletePoints(container, fileId);
    still.goOn();
    await publishing;
    await publishPending(container, SLICE_MS);
    expect(await container.vectorIndex.count(userId, fileId)).toBe(0);
    expect(await sendings(container)).toEqual([]);
  });

  it('does not either when it is killed just after', async () => {
    const container = await setUp(LEASE);
    const userId = await insertTestUser(container.everyone);
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 3 });
    const { promise: sent, resolve: send } = Promise.withResolvers<void>();
    // Never goes on from there.
    const still = standingStill(container, () => {
      send();
      return new Promise<never>(() => undefined);
    });
    void still.publish();
    await still.reached;
    await deleteFile(container, userId, fileId);
    await deletePoints(container, fileId);
    still.goOn();
    await sent;
    expect(await container.vectorIndex.count(userId, fileId)).toBe(3);
    await container.everyone
      .updateTable('sendings')
      .set({ due_at: new Date(0) })
      .execute();
    await publishPending(container, SLICE_MS);
    expect(await container.vectorIndex.count(userId, fileId)).toBe(0);
    expect(await sendings(container)).toEqual([]);
  });

  it('harms nothing when another published the same meanwhile', async () => {
    const container = await setUp(LEASE);
    const userId = await insertTestUser(container.everyone);
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 3 });
    const still = standingStill(container);
    const publishing = still.publish();
    await still.reached;
    await until('another to publish it', 20_000, async () => {
      await publishPending(container, SLICE_MS);
      return (await fileRow(container, fileId))?.status === 'READY' ? true : undefined;
    });
    still.goOn();
    await publishing;
    await publishPending(container, SLICE_MS);
    expect(await container.vectorIndex.count(userId, fileId)).toBe(3);
    expect(await sendings(container)).toEqual([]);
  });
});

it('what was published under a lease leaves no note', async () => {
  const container = await setUp();
  const userId = await insertTestUser(container.everyone);
  await insertEmbeddedFile(container.everyone, userId, { chunks: 3 });
  await publishPending(container, SLICE_MS);
  expect(await sendings(container)).toEqual([]);
});

it('a generation that is superseded on its way is deleted, the one before stays found', async () => {
  const container = await setUp(LEASE);
  const { everyone } = container;
  const userId = await insertTestUser(everyone);
  const { fileId } = await insertEmbeddedFile(everyone, userId, { chunks: 3 });
  await publishPending(container, SLICE_MS);
  await reprocessFile(container, userId, fileId);
  await insertEmbeddedFile(everyone, userId, { chunks: 4, generation: 2, fileId });
  await reprocessFile(container, userId, fileId);
  await asUser(container.db, userId, (trx) =>
    failGeneration(trx, fileId, 3, { code: 'DAMAGED_FILE', message: 'damaged' }),
  );
  await until('the tombstone to be carried out', 20_000, async () => {
    await publishPending(container, SLICE_MS);
    return (await outboxDepth(container.db)).tombstones === 0 ? true : undefined;
  });
  expect(await outboxDepth(container.db)).toMatchObject({ pending: 0 });
  const chunks = await everyone.selectFrom('chunks').select('generation').where('file_id', '=', fileId).execute();
  expect(chunks.map(({ generation }) => generation)).toEqual([1, 1, 1]);
  expect(await everyone.selectFrom('pages').select('generation').execute()).toEqual([{ generation: 1 }]);
  expect(await container.vectorIndex.count(userId, fileId)).toBe(3);
  expect(await fileRow(container, fileId)).toMatchObject({ live_generation: 1, status: 'FAILED' });
});
