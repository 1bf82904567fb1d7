import { expect, it } from 'vitest';
import { deleteFile } from '#shared/files/delete-file.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { outboxParts, SLICE_MS } from '#testing/outbox.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { publishPending } from './publish-pending.ts';

const { setUp } = outboxParts();
const ROUNDS = 4;
const CHILDREN = 40;

// Each went by an order of its own, and every third deletion ended in a deadlock.
it('a tree of files can be deleted at any moment while what is in it is published', async () => {
  const container = await setUp();
  const { everyone: db } = container;
  for (let round = 0; round < ROUNDS; round += 1) {
    const userId = await insertTestUser(db);
    const { fileId: parent } = await insertEmbeddedFile(db, userId, { chunks: 0 });
    for (let child = 0; child < CHILDREN; child += 1) {
      const { fileId } = await insertEmbeddedFile(db, userId, { chunks: 1 });
      await db.updateTable('files').set({ parent_id: parent }).where('id', '=', fileId).execute();
    }
    // The statements that meet are those after the request to the vector store.
    const { promise: sent, resolve: tell } = Promise.withResolvers<void>();
    const upsert: typeof container.vectorIndex.upsert = async (...points) => {
      await container.vectorIndex.upsert(...points);
      tell();
    };
    const publishing = publishPending(
      withParts(container, { vectorIndex: { ...container.vectorIndex, upsert } }),
      SLICE_MS,
    );
    await sent;
    await deleteFile(container, userId, parent);
    await publishing;
    const left = db.selectFrom('files').select('id').where('user_id', '=', userId).where('deleted_at', 'is', null);
    expect(await left.execute()).toEqual([]);
  }
});
