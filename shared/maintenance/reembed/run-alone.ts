import type { Db, Trx } from '#shared/db/database.ts';
import { tryLock } from '#shared/db/try-lock.ts';
import { AppError } from '#shared/errors/app-error.ts';

const LOCK = 'reembed';

/**
 * Runs `work` while no other process changes the model. The lock is that of a transaction, which a pooler between here
 * and PostgreSQL keeps on one connection; it ends with the process, however that ends.
 * @param work what needs other connections than that of the lock must not share its pool, which may hold one
 * @throws AppError CONFLICT when another process is at it
 */
export function runAlone<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    if (!(await tryLock(trx, LOCK))) {
      throw new AppError('CONFLICT', {
        detail: 'Another process is changing the embedding model. Wait until it has finished.',
      });
    }
    return work(trx);
  });
}
