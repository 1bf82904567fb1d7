import { afterAll, beforeAll, expect, it } from 'vitest';
import { searchBody } from '#shared/api/search.ts';
import { search } from '#shared/search/search.ts';
import { ANALYSIS } from '#shared/text/analysis.ts';
import { preparePassages, publishPassages } from '#testing/published-file.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { reanalyseFiles } from './reanalyse-files.ts';

const TEXTS = ['The pump is greased on Mondays.', 'The winch hums at night.'];

let container: TestContainer;
let userId: string;
beforeAll(async () => {
  container = await newTestContainer();
  userId = await insertTestUser(container.everyone);
});
afterAll(() => container.close());

it('gives what was indexed by older rules the terms of today, in both indexes', async () => {
  const prepared = await preparePassages(container.embedder, TEXTS);
  // Older rules: other words altogether.
  const older = await preparePassages(container.embedder, ['zzz', 'zzz zzz']);
  const { fileId } = await publishPassages(container, userId, {
    ...prepared,
    sparse: older.sparse,
    segment: { ...older.segment, analysis: ANALYSIS - 1 },
  });
  const ask = (query: string, leg: 'bm25' | 'sparse') =>
    search(container, userId, searchBody.parse({ query, legs: [leg] }));
  for (const leg of ['bm25', 'sparse'] as const) expect((await ask('pump', leg)).results).toEqual([]);
  const before = await container.everyone
    .selectFrom('users')
    .select('index_version')
    .where('id', '=', userId)
    .execute();

  expect(await reanalyseFiles(container, 0)).toBe(0);
  expect(await reanalyseFiles(container)).toBe(1);
  for (const leg of ['bm25', 'sparse'] as const) {
    expect((await ask('pump', leg)).results.map(({ text }) => text)).toEqual([TEXTS[0]]);
    expect((await ask('zzz', leg)).results).toEqual([]);
  }
  // The dense vectors stay.
  expect(
    (await search(container, userId, searchBody.parse({ query: TEXTS[1] ?? '', mode: 'semantic' }))).results[0]?.text,
  ).toBe(TEXTS[1]);
  const after = await container.everyone.selectFrom('users').select('index_version').where('id', '=', userId).execute();
  expect(after[0]?.index_version).toBe((before[0]?.index_version ?? 0) + 1);
  const rows = await container.everyone
    .selectFrom('bm25_segments')
    .select('analysis')
    .where('file_id', '=', fileId)
    .execute();
  expect(rows).toEqual([{ analysis: ANALYSIS }]);
  expect(await reanalyseFiles(container)).toBe(0);
});

it('leaves alone what is on its way, deleted, or not in the vector store', async () => {
  const prepared = await preparePassages(container.embedder, TEXTS);
  const stale = { ...prepared, segment: { ...prepared.segment, analysis: ANALYSIS - 1 } };
  const [busy, gone, lost] = [
    await publishPassages(container, userId, stale),
    await publishPassages(container, userId, stale),
    await publishPassages(container, userId, stale),
  ];
  const files = container.everyone.updateTable('files');
  await files.set({ status: 'STORED', generation: 2 }).where('id', '=', busy.fileId).execute();
  await files.set({ deleted_at: new Date() }).where('id', '=', gone.fileId).execute();
  await container.vectorIndex.deleteFile(userId, lost.fileId, 1);
  const points = await container.vectorIndex.count(userId);
  expect(await reanalyseFiles(container)).toBe(1);
  expect(await container.vectorIndex.count(userId)).toBe(points);
});
