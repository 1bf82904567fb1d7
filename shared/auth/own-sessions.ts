import type { OwnSessionView } from '#shared/api/own-sessions.ts';
import { asUser } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { endOtherSessions, endSession, listSessions } from '#shared/db/sessions-repository.ts';
import type { RequestOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { SessionClaims } from './access-tokens.ts';

/** Where the signed-in person is signed in, the session in use first, then by when each was used last. */
export async function listOwnSessions(
  { db }: { db: Db },
  { userId, sessionId }: SessionClaims,
): Promise<OwnSessionView[]> {
  const rows = await asUser(db, userId, (trx) => listSessions(trx, userId));
  return rows
    .map((row) => ({
      id: row.id,
      current: row.id === sessionId,
      createdAt: row.created_at.toISOString(),
      lastUsedAt: row.last_used_at.toISOString(),
      expiresAt: row.ends_at.toISOString(),
      address: row.address,
      agent: row.agent,
    }))
    .sort((one, other) => Number(other.current) - Number(one.current));
}

/** Ends one session of the person, the one in use too. @throws AppError NOT_FOUND for another's and for one that is over */
export async function endOwnSession(
  { db }: { db: Db },
  { userId }: SessionClaims,
  sessionId: string,
  from: RequestOrigin,
): Promise<void> {
  await asUser(db, userId, async (trx) => {
    if (!(await endSession(trx, sessionId))) throw new AppError('NOT_FOUND');
    await recordAudit(trx, { action: 'session.ended', userId, actorId: userId, from });
  });
}

/** Ends every session of the person but the one in use. */
export async function endOwnOtherSessions(
  { db }: { db: Db },
  { userId, sessionId }: SessionClaims,
  from: RequestOrigin,
): Promise<void> {
  await asUser(db, userId, async (trx) => {
    const sessions = await endOtherSessions(trx, userId, sessionId);
    if (sessions > 0)
      await recordAudit(trx, { action: 'session.ended', userId, actorId: userId, from, details: { sessions } });
  });
}
