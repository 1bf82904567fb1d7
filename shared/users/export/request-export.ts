import { randomUUID } from 'node:crypto';
import type { ExportView } from '#shared/api/own-data.ts';
import { type SessionClaims, signExportToken } from '#shared/auth/access-tokens.ts';
import type { TokenKeys } from '#shared/auth/token-keys.ts';
import { asUser } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { findExport, requestExport } from '#shared/db/exports-repository.ts';
import type { RequestOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Queue } from '#shared/ports/queue.ts';

/** After a day the archive is deleted. */
const KEPT_SECONDS = 86_400;

const NONE: ExportView = { status: 'NONE', url: null, size: null, expiresAt: null, unreadable: 0, error: null };

function failure(): ExportView['error'] {
  return { code: 'EXPORT_FAILED', message: new AppError('EXPORT_FAILED').message };
}

/** Asks for an archive; one that is being built already is the one asked for. */
export async function askForExport(
  deps: { db: Db; queue: Queue },
  userId: string,
  from: RequestOrigin,
): Promise<ExportView> {
  const id = randomUUID();
  const row = await asUser(deps.db, userId, async (trx) => {
    const wanted = await requestExport(trx, { userId, id, keptSeconds: KEPT_SECONDS });
    if (wanted.id === id) await recordAudit(trx, { action: 'account.exported', userId, actorId: userId, from });
    return wanted;
  });
  await deps.queue.send('export', { userId });
  return { ...NONE, status: row.status, expiresAt: row.expires_at.toISOString() };
}

/** How the archive is getting on; once it is there, an address that gives it for a minute to whoever has it. */
export async function showExport(
  deps: { db: Db; tokenKeys: TokenKeys; addresses: { streamUrl: string } },
  session: SessionClaims,
): Promise<ExportView> {
  const row = await asUser(deps.db, session.userId, (trx) => findExport(trx, session.userId));
  if (!row || row.expires_at.getTime() <= Date.now()) return NONE;
  const address = new URL(`/exports/${row.id}`, deps.addresses.streamUrl);
  address.searchParams.set('token', signExportToken(deps.tokenKeys, session, row.id));
  return {
    status: row.status,
    url: row.status === 'READY' ? address.toString() : null,
    size: row.size,
    expiresAt: row.expires_at.toISOString(),
    unreadable: row.unreadable,
    error: row.status === 'FAILED' ? failure() : null,
  };
}
