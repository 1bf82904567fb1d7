import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenAiImageEmbedder } from '#shared/adapters/openai-embeddings/openai-image-embedder.ts';
import { searchBody } from '#shared/api/search.ts';
import { asUser } from '#shared/db/as-user.ts';
import { insertPages } from '#shared/db/pages-repository.ts';
import { reprocessFile } from '#shared/files/reprocess-file.ts';
import { countDrift } from '#shared/maintenance/health/count-drift.ts';
import { embedFile } from '#shared/pipeline/process-pages.ts';
import { publishPending } from '#shared/pipeline/publish/publish-pending.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { search } from '#shared/search/search.ts';
import { searchByPicture } from '#shared/search/search-by-picture.ts';
import { BLUE, makePlainPng, RED } from '#testing/documents/make-plain-png.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer();
});
afterAll(() => container.close());

const embedderOf = (modelId: string, url = container.config.IMAGE_EMBEDDING_URL ?? '') =>
  createOpenAiImageEmbedder({ url, apiKey: container.config.IMAGE_EMBEDDING_API_KEY, modelId, timeoutMs: 20_000 });

/** A file of two pictures without words, CHUNKED. */
async function insertPictures(userId: string, generation = 1, fileId: string = randomUUID()) {
  const owner = { userId, fileId, generation };
  await container.everyone
    .insertInto('files')
    .values({
      id: fileId,
      user_id: userId,
      filename: 'album.tiff',
      content_type: 'image/tiff',
      size: 1,
      sha256: fileId,
      source: 'api',
      status: 'CHUNKED',
      generation,
      content_generation: 1,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ status: 'CHUNKED' }))
    .execute();
  const colours = [RED, BLUE];
  const pages = await Promise.all(
    colours.map(async (colour, at) => ({
      number: at + 1,
      text: '',
      headings: [],
      charOffset: 0,
      pictureKey: await container.previews.write({ ...owner, page: at + 1 }, await makePlainPng(colour)),
    })),
  );
  await asUser(container.db, userId, (trx) => insertPages(trx, owner, pages));
  return owner;
}

const fileOf = (id: string) =>
  container.everyone.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const rowsOf = (id: string) =>
  container.everyone.selectFrom('chunks').selectAll().where('file_id', '=', id).orderBy('page').execute();

async function embedAndPublish(
  { fileId, generation }: { fileId: string; generation: number },
  imageEmbedder = container.imageEmbedder,
): Promise<void> {
  const message = { fileId, generation };
  await embedFile(withParts(container, { imageEmbedder }), message);
  await publishPending(container, 20_000, [message]);
}

const ask = (userId: string, more: object, imageEmbedder = container.imageEmbedder) =>
  search(withParts(container, { imageEmbedder }), userId, searchBody.parse({ query: 'red', ...more }));

describe('pictures on their way into the index', () => {
  it('get a vector each, READY once all are published, none left behind in the database', async () => {
    const userId = await insertTestUser(container.everyone);
    const owner = await insertPictures(userId);
    await embedFile(container, owner);
    expect(await fileOf(owner.fileId)).toMatchObject({
      status: 'EMBEDDED',
      chunks: 0,
      pictures: 2,
      live_generation: null,
    });
    expect((await rowsOf(owner.fileId)).map(({ dense_vector }) => dense_vector?.length)).toEqual([4, 4]);
    // Nothing is found of a file that is not READY.
    expect((await ask(userId, { legs: ['image'] })).results).toEqual([]);
    await publishPending(container, 20_000, [owner]);
    expect(await fileOf(owner.fileId)).toMatchObject({
      status: 'READY',
      pictures_synced: 2,
      chunks_synced: 0,
      warnings: [],
    });
    const rows = await rowsOf(owner.fileId);
    expect(rows.map(({ sync_status, dense_vector }) => [sync_status, dense_vector])).toEqual([
      ['SYNCED', null],
      ['SYNCED', null],
    ]);
    const { db, vectorIndex, cache } = container;
    expect(await countDrift({ db, vectorIndex, cache: { ...cache, get: async () => undefined } })).toBe(0);
    expect((await ask(userId, { legs: ['image'] })).results.map(({ textPage }) => textPage)).toEqual([1, 2]);
  });

  it('are found by their words alone where no model can be had, until the file is reprocessed with one', async () => {
    const userId = await insertTestUser(container.everyone);
    const owner = await insertPictures(userId);
    await embedAndPublish(owner, embedderOf('tiny/absent'));
    const without = await fileOf(owner.fileId);
    expect(without).toMatchObject({ status: 'READY', pictures: 0 });
    expect(without.warnings).toEqual([expect.stringMatching(/found by their text only.*CLIP_MODEL.*reprocess/)]);
    // There is a picture, and nothing to find it by: not the same as nothing to find.
    for (const more of [{}, { mode: 'semantic' }]) {
      expect(await ask(userId, more, embedderOf('tiny/absent'))).toMatchObject({ results: [], degraded: ['image'] });
    }
    expect(await ask(userId, {})).toMatchObject({ results: [], degraded: [] });

    await reprocessFile({ db: container.db, queue: container.queue }, userId, owner.fileId);
    const again = await insertPictures(userId, 2, owner.fileId);
    await embedAndPublish(again);
    expect(await fileOf(owner.fileId)).toMatchObject({
      status: 'READY',
      live_generation: 2,
      pictures: 2,
      warnings: [],
    });
    const { results } = await ask(userId, { mode: 'semantic' });
    expect(results.map(({ textPage, legs }) => [textPage, legs.image?.rank])).toEqual([[1, 1]]);
  });

  it('are not searched for where no model can be had: pictures alone get a sentence, and nobody else waits', async () => {
    const absent = embedderOf('tiny/absent');
    const userId = await insertTestUser(container.everyone);
    const missing = { code: 'MODEL_UNAVAILABLE', message: expect.stringMatching(/CLIP_MODEL/) };
    await expect(ask(userId, { legs: ['image'] }, absent)).rejects.toMatchObject(missing);
    const deps = withParts(container, { imageEmbedder: absent });
    const picture = await makePlainPng(RED);
    await expect(searchByPicture(deps, userId, picture, { limit: 10, offset: 0 })).rejects.toMatchObject(missing);
    // Somebody without a picture misses nothing.
    for (const more of [{}, { mode: 'semantic' }]) {
      expect(await ask(userId, more, absent)).toMatchObject({ results: [], degraded: [] });
    }
    expect(await ask(userId, { legs: ['image'] })).toMatchObject({ results: [], degraded: [] });
  });

  it('wait for a model that is away, and say so in searches of those who have some', async () => {
    const userId = await insertTestUser(container.everyone);
    const waiting = await insertPictures(userId);
    const away = embedderOf('tiny/clip', 'http://127.0.0.1:1');
    await embedAndPublish(waiting, away);
    expect(await fileOf(waiting.fileId)).toMatchObject({ status: 'CHUNKED', failures: 0, warnings: [] });
    expect((await ask(userId, {}, away)).degraded).toEqual([]);

    // Its time has come.
    await container.everyone
      .updateTable('files')
      .set({ due_at: new Date() })
      .where('id', '=', waiting.fileId)
      .execute();
    await embedAndPublish(waiting);
    expect(await fileOf(waiting.fileId)).toMatchObject({ status: 'READY' });
    expect((await ask(userId, {}, away)).degraded).toEqual(['image']);
    expect((await ask(userId, { mode: 'keyword' }, away)).degraded).toEqual([]);
    await expect(ask(userId, { legs: ['image'] }, away)).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE' });
  });
});
