import { expect, it } from 'vitest';
import { createMemoryCache } from '#shared/adapters/memory/memory-cache.ts';
import { publishPending } from '#shared/pipeline/publish/publish-pending.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer } from '#testing/test-container.ts';
import { countDrift } from './count-drift.ts';

it('is what the database counts as published and the vector store does not hold', async () => {
  const container = await newTestContainer();
  try {
    const [one, other] = [await insertTestUser(container.everyone), await insertTestUser(container.everyone)];
    const lost = await insertEmbeddedFile(container.everyone, one, { chunks: 3 });
    await insertEmbeddedFile(container.everyone, other, { chunks: 2 });
    await publishPending(container, 20_000);
    const { db, vectorIndex } = container;
    // The answer is kept for the whole system, which other tests share.
    const cache = createMemoryCache();
    expect(await countDrift({ db, vectorIndex, cache })).toBe(0);

    await vectorIndex.deleteFile(one, lost.fileId, 1);
    const forgetful = { ...cache, get: async () => undefined };
    expect(await countDrift({ db, vectorIndex, cache: forgetful })).toBe(3);
    // The first answer is kept for a while.
    expect(await countDrift({ db, vectorIndex, cache })).toBe(3);
  } finally {
    await container.close();
  }
});
