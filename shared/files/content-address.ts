import { signStreamToken } from '#shared/auth/access-tokens.ts';
import { asPerson } from '#shared/db/as-person.ts';
import type { Db } from '#shared/db/database.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { findOwnFile } from './find-own-file.ts';

/**
 * The address that streams a file's bytes for a minute, to whoever has it: a download link needs no header.
 * @throws AppError NOT_FOUND, CONFLICT while no bytes are stored
 */
export async function contentAddress(
  deps: { db: Db; jwtSecret: string; streamUrl: string },
  userId: string,
  fileId: string,
): Promise<string> {
  const file = await asPerson(deps.db, userId, (trx) => findOwnFile(trx, userId, fileId));
  if (file.content_generation === null) {
    throw new AppError('CONFLICT', { detail: 'The bytes of this file are not stored (yet).' });
  }
  const address = new URL(`/content/${fileId}`, deps.streamUrl);
  address.searchParams.set('token', signStreamToken(deps.jwtSecret, userId, fileId));
  return address.toString();
}
