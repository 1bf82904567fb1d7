import { randomUUID } from 'node:crypto';
import { insertChunks, storeVectors } from '#shared/db/chunks-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { insertPages } from '#shared/db/pages-repository.ts';
import { insertUser } from '#shared/db/users-repository.ts';
import { chunkId } from '#shared/domain/ids.ts';

export async function insertTestUser(db: Db): Promise<string> {
  const id = randomUUID();
  await insertUser(db, { id, email: `${id}@example.org`, username: id, password_hash: 'none' });
  return id;
}

/** A file whose chunks wait in the outbox with made-up vectors of two numbers: EMBEDDED, nothing published yet. */
export async function insertEmbeddedFile(
  db: Db,
  userId: string,
  options: { chunks: number; generation?: number; fileId?: string },
): Promise<{ fileId: string; generation: number; chunkIds: string[] }> {
  const { chunks, generation = 1, fileId = randomUUID() } = options;
  await db
    .insertInto('files')
    .values({
      id: fileId,
      user_id: userId,
      filename: 'test.txt',
      content_type: 'text/plain',
      size: 1,
      sha256: randomUUID(),
      source: 'api',
      status: 'EMBEDDED',
      generation,
      content_generation: generation,
      chunks,
      chunks_embedded: chunks,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ generation, status: 'EMBEDDED', chunks, chunks_synced: 0 }),
    )
    .execute();
  await insertPages(db, { userId, fileId, generation }, [{ number: 1, text: 'text', headings: [], charOffset: 0 }]);
  const chunkIds = Array.from({ length: chunks }, (_, index) => chunkId(fileId, generation, index));
  await insertChunks(
    db,
    chunkIds.map((id, chunk_index) => ({
      id,
      user_id: userId,
      file_id: fileId,
      generation,
      chunk_index,
      page: 1,
      char_start: 0,
      char_end: 4,
      heading_path: '[]',
      content: `chunk ${chunk_index}`,
      tokens: 2,
    })),
  );
  await storeVectors(
    db,
    userId,
    'test-model',
    chunkIds.map((id, index) => ({
      id,
      dense: [1, index / 100],
      sparse: { indices: [1, 2 + index], values: [1, 0.5] },
    })),
  );
  return { fileId, generation, chunkIds };
}
