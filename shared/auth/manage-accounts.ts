import { z } from 'zod';
import type { AccountView } from '#shared/api/administration.ts';
import { asUser } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import { lockAdmins } from '#shared/db/cross-tenant.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import type { UserRow } from '#shared/db/schema.ts';
import { endSessionsOf } from '#shared/db/sessions-repository.ts';
import { listUsers, lockUser, setAccess } from '#shared/db/users-repository.ts';
import type { RequestOrigin } from '#shared/domain/audit-events.ts';
import { decodeCursor, encodeCursor } from '#shared/domain/cursor.ts';
import type { Role } from '#shared/domain/permissions.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { viewUser } from './sessions.ts';

const position = z.object({ createdAt: z.coerce.date(), id: z.uuid() });

function viewAccount(user: UserRow): AccountView {
  return { ...viewUser(user), disabled: user.disabled_at !== null };
}

/** One page of everybody, newest first. */
export async function listAccounts(
  { db }: { db: Db },
  query: { q?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<{ items: AccountView[]; nextCursor: string | null }> {
  const { q, cursor, limit } = query;
  const after = cursor === undefined ? undefined : decodeCursor(cursor, position);
  const rows = await listUsers(db, { contains: q, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(viewAccount),
    nextCursor: last ? encodeCursor({ createdAt: last.created_at.toISOString(), id: last.id }) : null,
  };
}

export interface AccountChange {
  role?: Role | undefined;
  disabled?: boolean | undefined;
}

/** Whoever changes an account; `id` is undefined for the command line. */
export interface AccountManager {
  id: string | undefined;
  from: RequestOrigin | undefined;
}

/**
 * Gives or takes a role, disables an account or lets it in again; it counts from the account's next request on.
 * @throws AppError NOT_FOUND; CONFLICT when nobody would be left to administer
 */
export function changeAccount(
  { db }: { db: Db },
  manager: AccountManager,
  userId: string,
  change: AccountChange,
): Promise<AccountView> {
  return asUser(db, userId, async (trx) => {
    const admins = await lockAdmins(trx);
    const user = await lockUser(trx, userId);
    if (!user) throw new AppError('NOT_FOUND');
    const role = change.role ?? user.role;
    const disabled = change.disabled ?? user.disabled_at !== null;
    const isLastAdmin = admins.length === 1 && admins[0] === userId;
    if (isLastAdmin && (role !== 'admin' || disabled)) {
      throw new AppError('CONFLICT', {
        detail: 'This is the last administrator. Make another account an administrator first.',
      });
    }
    const changed = { ...user, role, disabled_at: disabled ? (user.disabled_at ?? new Date()) : null };
    await setAccess(trx, userId, { role, disabled_at: changed.disabled_at });
    if (disabled) await endSessionsOf(trx, userId);
    await recordChanges(trx, manager, user, changed);
    return viewAccount(changed);
  });
}

async function recordChanges(trx: Trx, manager: AccountManager, before: UserRow, after: UserRow): Promise<void> {
  const about = { userId: before.id, actorId: manager.id, from: manager.from };
  if (before.role !== after.role) {
    await recordAudit(trx, { ...about, action: 'role.changed', details: { role: after.role } });
  }
  if ((before.disabled_at === null) !== (after.disabled_at === null)) {
    await recordAudit(trx, { ...about, action: after.disabled_at ? 'account.disabled' : 'account.enabled' });
  }
}
