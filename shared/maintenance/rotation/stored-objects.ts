import type { FileContext } from '#shared/crypto/file-key.ts';
import { asPerson } from '#shared/db/as-person.ts';
import type { Db } from '#shared/db/database.ts';
import { findExport } from '#shared/db/exports-repository.ts';
import { EXPORT_GENERATION } from '#shared/users/export/build-export.ts';
import { contentContext } from '#shared/vault/content-store.ts';
import { previewContext } from '#shared/vault/preview-store.ts';

const ROWS_A_READ = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** An object in the storage bucket and what it was encrypted for. */
export interface StoredObject {
  key: string;
  context: FileContext;
}

/** Every object that a row of the person names: files, pictures of pages, the archive; a few hundred rows in memory. */
export async function* storedObjects(db: Db, userId: string): AsyncGenerator<StoredObject> {
  for (let after = BEFORE_ALL; ; ) {
    const from = after;
    const files = await asPerson(db, userId, (trx) =>
      trx
        .selectFrom('files')
        .select(['id', 'user_id', 'content_key', 'content_generation'])
        .where('user_id', '=', userId)
        .where('deleted_at', 'is', null)
        .where('id', '>', from)
        .orderBy('id')
        .limit(ROWS_A_READ)
        .execute(),
    );
    for (const file of files) {
      const { content_key: key, content_generation: generation } = file;
      if (key !== null && generation !== null) yield { key, context: contentContext(file, generation) };
      yield* picturesOf(db, userId, file.id);
    }
    const last = files.at(-1);
    if (!last || files.length < ROWS_A_READ) break;
    after = last.id;
  }
  const archive = await asPerson(db, userId, (trx) => findExport(trx, userId));
  if (archive && archive.object_key !== null) {
    const context = contentContext({ id: archive.id, user_id: userId }, EXPORT_GENERATION);
    yield { key: archive.object_key, context };
  }
}

async function* picturesOf(db: Db, userId: string, fileId: string): AsyncGenerator<StoredObject> {
  for (let after = { generation: -1, number: -1 }; ; ) {
    const from = after;
    const pages = await asPerson(db, userId, (trx) =>
      trx
        .selectFrom('pages')
        .select(['generation', 'number', (column) => column.ref('picture_key').$notNull().as('key')])
        .where('user_id', '=', userId)
        .where('file_id', '=', fileId)
        .where('picture_key', 'is not', null)
        .where(
          (where) => where.refTuple('generation', 'number'),
          '>',
          (where) => where.tuple(from.generation, from.number),
        )
        .orderBy('generation')
        .orderBy('number')
        .limit(ROWS_A_READ)
        .execute(),
    );
    for (const { generation, number, key } of pages) {
      yield { key, context: previewContext({ userId, fileId, generation, page: number }) };
    }
    const last = pages.at(-1);
    if (!last || pages.length < ROWS_A_READ) return;
    after = last;
  }
}
