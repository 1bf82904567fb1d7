import type { DbOrTrx } from '#shared/db/database.ts';
import { type FileWithOriginal, findFile } from '#shared/db/files-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';

/** @throws AppError NOT_FOUND, the same for a file that does not exist and one that is another person's */
export async function findOwnFile(db: DbOrTrx, userId: string, fileId: string): Promise<FileWithOriginal> {
  const file = await findFile(db, userId, fileId);
  if (!file) throw new AppError('NOT_FOUND');
  return file;
}
