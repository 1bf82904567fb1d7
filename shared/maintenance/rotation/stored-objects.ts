import type { FileContext } from '#shared/crypto/file-key.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { findExport } from '#shared/db/exports-repository.ts';
import { listPictures } from '#shared/db/pictures-repository.ts';
import { storedFiles } from '#shared/db/stored-files-repository.ts';
import { EXPORT_GENERATION } from '#shared/users/export/build-export.ts';
import { contentContext } from '#shared/vault/content-store.ts';
import { previewContext } from '#shared/vault/preview-store.ts';

const ROWS_A_READ = 200;

/** An object in the storage bucket and what it was encrypted for. */
export interface StoredObject {
  key: string;
  context: FileContext;
}

/** Every object that a row of the person names: files, pictures of pages, the archive; a few hundred rows in memory. */
export async function* storedObjects(db: Db, userId: string): AsyncGenerator<StoredObject> {
  for await (const file of storedFiles(db, userId)) {
    const { content_key: key, content_generation: generation } = file;
    if (key !== null && generation !== null) yield { key, context: contentContext(file, generation) };
    yield* picturesOf(db, userId, file.id);
  }
  const archive = await asUser(db, userId, (trx) => findExport(trx, userId));
  if (archive && archive.object_key !== null) {
    const context = contentContext({ id: archive.id, user_id: userId }, EXPORT_GENERATION);
    yield { key: archive.object_key, context };
  }
}

async function* picturesOf(db: Db, userId: string, fileId: string): AsyncGenerator<StoredObject> {
  for (let after = { generation: -1, number: -1 }; ; ) {
    const from = after;
    const pages = await asUser(db, userId, (trx) => listPictures(trx, { userId, fileId }, from, ROWS_A_READ));
    for (const { generation, number, key } of pages) {
      yield { key, context: previewContext({ userId, fileId, generation, page: number }) };
    }
    const last = pages.at(-1);
    if (!last || pages.length < ROWS_A_READ) return;
    after = last;
  }
}
