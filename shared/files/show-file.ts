import type { FileView } from '#shared/api/files.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { viewFile } from './file-view.ts';
import { findOwnFile } from './find-own-file.ts';

/** @throws AppError NOT_FOUND */
export async function showFile({ db }: { db: Db }, userId: string, id: string): Promise<FileView> {
  return viewFile(await asUser(db, userId, (trx) => findOwnFile(trx, userId, id)));
}
