import { type SessionClaims, signStreamToken } from '#shared/auth/access-tokens.ts';
import type { TokenKeys } from '#shared/auth/token-keys.ts';
import { asUser } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import type { Db } from '#shared/db/database.ts';
import type { RequestOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { findOwnFile } from './find-own-file.ts';

/**
 * The address that streams a file's bytes for a minute, while the session lasts, to whoever has it: a download link needs no
 * header.
 * @throws AppError NOT_FOUND, CONFLICT while no bytes are stored
 */
export async function contentAddress(
  deps: { db: Db; tokenKeys: TokenKeys; addresses: { streamUrl: string } },
  session: SessionClaims,
  fileId: string,
  from: RequestOrigin,
): Promise<string> {
  const { userId } = session;
  await asUser(deps.db, userId, async (trx) => {
    const file = await findOwnFile(trx, userId, fileId);
    if (file.content_generation === null) {
      throw new AppError('CONFLICT', { detail: 'The content of this file is not stored.' });
    }
    await recordAudit(trx, { action: 'file.downloaded', userId, actorId: userId, targetId: fileId, from });
  });
  const address = new URL(`/content/${fileId}`, deps.addresses.streamUrl);
  address.searchParams.set('token', signStreamToken(deps.tokenKeys, session, fileId));
  return address.toString();
}
