import { verifyExportToken } from '#shared/auth/access-tokens.ts';
import type { TokenKeys } from '#shared/auth/token-keys.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { findExport } from '#shared/db/exports-repository.ts';
import { findSessionUser } from '#shared/db/sessions-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { answerBytes, type ByteRequest, type OpenContent } from '#shared/files/answer-bytes.ts';
import type { ContentStore } from '#shared/vault/content-store.ts';
import { EXPORT_GENERATION } from './build-export.ts';

/** The archive a token stands for. @throws AppError INVALID_TOKEN, NOT_FOUND, RANGE_NOT_SATISFIABLE, INTEGRITY_ERROR */
export async function openExport(
  deps: { db: Db; content: ContentStore; tokenKeys: TokenKeys },
  request: ByteRequest,
): Promise<OpenContent> {
  const { userId, sessionId, exportId } = verifyExportToken(deps.tokenKeys, request.token);
  if (exportId !== request.id) throw new AppError('INVALID_TOKEN');
  const row = await asUser(deps.db, userId, async (trx) => {
    if (!(await findSessionUser(trx, userId, sessionId))) throw new AppError('INVALID_TOKEN');
    return findExport(trx, userId);
  });
  if (row?.id !== exportId || row.object_key === null || row.size === null) throw new AppError('NOT_FOUND');
  const stored = {
    id: row.id,
    user_id: userId,
    size: row.size,
    content_generation: EXPORT_GENERATION,
    content_key: row.object_key,
  };
  return answerBytes(deps.content, stored, request, {
    etag: `"${row.id}"`,
    contentType: 'application/zip',
    filename: `omnirag-${row.requested_at.toISOString().slice(0, 10)}.zip`,
  });
}
