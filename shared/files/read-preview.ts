import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { findPictureKey } from '#shared/db/pictures-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { PreviewStore } from '#shared/vault/preview-store.ts';
import { findOwnFile } from './find-own-file.ts';

const PNG_SIGNATURE = Buffer.of(0x89, 0x50, 0x4e, 0x47);

/**
 * The small copy of a page that is a picture, of the searchable generation, or of the newest when none is searchable yet.
 * @throws AppError NOT_FOUND, INTEGRITY_ERROR
 */
export async function readPreview(
  deps: { db: Db; previews: PreviewStore },
  userId: string,
  fileId: string,
  page: number,
): Promise<{ contentType: 'image/png' | 'image/webp'; bytes: Buffer }> {
  const { owner, key } = await asUser(deps.db, userId, async (trx) => {
    const named = await findOwnFile(trx, userId, fileId);
    const file = named.duplicate_of ? await findOwnFile(trx, userId, named.duplicate_of) : named;
    const place = { userId, fileId: file.id, generation: file.live_generation ?? file.generation };
    return { owner: place, key: await findPictureKey(trx, place, page) };
  });
  const bytes = key === undefined ? undefined : await deps.previews.read({ ...owner, page }, key);
  if (!bytes) throw new AppError('NOT_FOUND', { detail: 'This page of the file is not a picture.' });
  const isPng = bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE);
  return { contentType: isPng ? 'image/png' : 'image/webp', bytes };
}
