import { forgetAttempts } from '#shared/auth/login-throttle.ts';
import { asUser } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import { lockAdmins } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { markAllDeleted } from '#shared/db/deletions-repository.ts';
import { insertErasure } from '#shared/db/erasures-repository.ts';
import { lockFilesOf } from '#shared/db/files-repository.ts';
import { endSessionsOf } from '#shared/db/sessions-repository.ts';
import { closeAccount, lockUser } from '#shared/db/users-repository.ts';
import type { RequestOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Queue } from '#shared/ports/queue.ts';

/** In place of address and name until the row goes: neither can be registered, for both hold a character none may. */
function tombstoneNames(userId: string): { email: string; username: string } {
  return { email: `erased:${userId}`, username: `erased:${userId}` };
}

/**
 * Begins the erasure of an account: with this transaction nobody can sign in to it, no request and no stage works for it
 * any more, and its e-mail address and user name are free. The rest is done by {@link eraseStep}.
 * @throws AppError CONFLICT for the last administrator
 */
export async function requestErasure(
  deps: { db: Db; queue: Queue },
  userId: string,
  from: RequestOrigin,
): Promise<void> {
  await asUser(deps.db, userId, async (trx) => {
    await lockFilesOf(trx, userId);
    // Rows of files first, the person's last, as everywhere.
    await markAllDeleted(trx, userId);
    const admins = await lockAdmins(trx);
    const user = await lockUser(trx, userId);
    if (!user) throw new AppError('INVALID_TOKEN');
    if (admins.length === 1 && admins[0] === userId) {
      throw new AppError('CONFLICT', {
        detail: 'This is the last administrator. Make another account an administrator first.',
      });
    }
    await forgetAttempts(trx, userId);
    await closeAccount(trx, userId, tombstoneNames(userId));
    await endSessionsOf(trx, userId);
    await recordAudit(trx, { action: 'account.erased', userId, actorId: userId, from });
    await insertErasure(trx, userId);
  });
  await deps.queue.send('erase', { userId });
}
