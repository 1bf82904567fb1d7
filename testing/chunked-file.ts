import { randomUUID } from 'node:crypto';
import { buildSegment } from '#shared/bm25/segment.ts';
import { asUser } from '#shared/db/as-user.ts';
import { insertBm25Segment } from '#shared/db/bm25-repository.ts';
import { insertChunks } from '#shared/db/chunks-repository.ts';
import { FRESH_GENERATION } from '#shared/db/generations-repository.ts';
import { insertPages } from '#shared/db/pages-repository.ts';
import { makePlainPng, RED } from './documents/make-plain-png.ts';
import { passageRows } from './passage-rows.ts';
import type { TestContainer } from './test-container.ts';

export interface ChunkedFile {
  userId: string;
  fileId: string;
  generation: number;
}

/** A file, or the next generation of one, of English passages, with a red picture if wanted; next comes the embed stage. */
export async function insertChunkedFile(
  { db, previews }: Pick<TestContainer, 'db' | 'previews'>,
  userId: string,
  texts: readonly string[],
  options: { fileId?: string; generation?: number; picture?: boolean } = {},
): Promise<ChunkedFile> {
  const { fileId = randomUUID(), generation = 1, picture = false } = options;
  const owner = { userId, fileId, generation };
  const shown = picture ? { pictureKey: await previews.write({ ...owner, page: 1 }, await makePlainPng(RED)) } : {};
  const begun = { ...FRESH_GENERATION, status: 'CHUNKED' as const, generation, chunks: texts.length };
  const fixed = {
    content_type: picture ? 'application/pdf' : 'text/plain',
    size: 1,
    sha256: randomUUID(),
    source: 'api' as const,
  };
  await asUser(db, userId, async (trx) => {
    await trx
      .insertInto('files')
      .values({ id: fileId, user_id: userId, filename: 'test.txt', ...fixed, content_generation: 1, ...begun })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(begun))
      .execute();
    await insertPages(trx, owner, [{ number: 1, text: texts.join('\n'), headings: [], charOffset: 0, ...shown }]);
    await insertChunks(trx, passageRows(owner, texts));
    const segment = buildSegment(texts.map((text) => ({ text, language: 'en' })));
    await insertBm25Segment(trx, { ...owner, firstChunk: 0, ...segment });
  });
  return owner;
}
