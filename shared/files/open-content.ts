import { verifyStreamToken } from '#shared/auth/access-tokens.ts';
import type { TokenKeys } from '#shared/auth/token-keys.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { findSessionUser } from '#shared/db/sessions-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ContentStore } from '#shared/vault/content-store.ts';
import { answerBytes, type ByteRequest, type OpenContent } from './answer-bytes.ts';
import { findOwnFile } from './find-own-file.ts';

/**
 * The bytes a stream token stands for, whole or the one range asked for. Several ranges at once are answered whole, as
 * RFC 9110 allows.
 * @throws AppError INVALID_TOKEN, NOT_FOUND, RANGE_NOT_SATISFIABLE, INTEGRITY_ERROR
 */
export async function openContent(
  deps: { db: Db; content: ContentStore; tokenKeys: TokenKeys },
  request: ByteRequest,
): Promise<OpenContent> {
  const { userId, sessionId, fileId } = verifyStreamToken(deps.tokenKeys, request.token);
  if (fileId !== request.id) throw new AppError('INVALID_TOKEN');
  const file = await asUser(deps.db, userId, async (trx) => {
    if (!(await findSessionUser(trx, userId, sessionId))) throw new AppError('INVALID_TOKEN');
    return findOwnFile(trx, userId, fileId);
  });
  if (file.content_key === null) throw new AppError('NOT_FOUND');
  return answerBytes(deps.content, file, request, {
    etag: `"${file.sha256}"`,
    contentType: file.content_type,
    filename: file.filename,
  });
}
