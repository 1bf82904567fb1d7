import { asUser } from './as-user.ts';
import type { Db, DbOrTrx } from './database.ts';
import type { FileRow } from './schema.ts';

const FILES_A_READ = 200;

const stored = (db: DbOrTrx, userId: string) =>
  db.selectFrom('files').selectAll().where('user_id', '=', userId).where('deleted_at', 'is', null);

/** The row alone, of a duplicate too. */
export function findStoredFile(db: DbOrTrx, userId: string, id: string): Promise<FileRow | undefined> {
  return stored(db, userId).where('id', '=', id).executeTakeFirst();
}

/** All of a person's files by their ids, a few hundred in memory; each read is a transaction of its own. */
export async function* storedFiles(db: Db, userId: string): AsyncGenerator<FileRow> {
  let after: string | undefined;
  for (;;) {
    const from = after;
    const files = await asUser(db, userId, (trx) => {
      const query = stored(trx, userId).orderBy('id').limit(FILES_A_READ);
      return (from === undefined ? query : query.where('id', '>', from)).execute();
    });
    yield* files;
    after = files.at(-1)?.id;
    if (files.length < FILES_A_READ) return;
  }
}
