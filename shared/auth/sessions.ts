import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { SessionView, UserView } from '#shared/api/accounts.ts';
import { asUser } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import { findOwnerOfRefreshToken } from '#shared/db/cross-tenant.ts';
import type { Db, DbOrTrx } from '#shared/db/database.ts';
import { insertRefreshToken, lockRefreshToken, markRefreshTokenUsed } from '#shared/db/refresh-tokens-repository.ts';
import type { UserRow } from '#shared/db/schema.ts';
import { endSession, insertSession, useSession } from '#shared/db/sessions-repository.ts';
import { findUser } from '#shared/db/users-repository.ts';
import type { ClientOrigin, RequestOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { ACCESS_TOKEN_SECONDS, signAccessToken } from './access-tokens.ts';
import type { TokenKeys } from './token-keys.ts';

const REFRESH_TOKEN_DAYS = 30;
const DAY_MS = 86_400_000;
/** Of what a program calls itself. */
const LONGEST_AGENT = 200;

export interface SessionLimits {
  /** A refresh token that was just spent is accepted for so long, for clients that ask twice at once. */
  refreshReuseGraceSeconds: number;
  /** After so long a session ends however often it was refreshed. */
  maxDays: number;
}

export interface SessionDeps {
  db: Db;
  tokenKeys: TokenKeys;
  limits: { sessions: SessionLimits };
}

export function viewUser(user: UserRow): UserView {
  return {
    id: user.id,
    email: user.email,
    username: user.username,
    role: user.role,
    createdAt: user.created_at.toISOString(),
  };
}

const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Begins a session: the head of a family of refresh tokens. */
export async function startSession(
  deps: SessionDeps,
  trx: DbOrTrx,
  user: UserRow,
  { address, agent }: ClientOrigin,
): Promise<SessionView> {
  const id = randomUUID();
  const endsAt = new Date(Date.now() + deps.limits.sessions.maxDays * DAY_MS);
  const called = agent?.slice(0, LONGEST_AGENT).toWellFormed() ?? null;
  await insertSession(trx, { id, user_id: user.id, expires_at: endsAt, address, agent: called });
  return issueTokens(deps, trx, user, { id, endsAt });
}

async function issueTokens(
  deps: SessionDeps,
  trx: DbOrTrx,
  user: UserRow,
  session: { id: string; endsAt: Date },
): Promise<SessionView> {
  const refreshToken = randomBytes(32).toString('base64url');
  await insertRefreshToken(trx, {
    token_hash: hashToken(refreshToken),
    user_id: user.id,
    family_id: session.id,
    expires_at: new Date(Math.min(Date.now() + REFRESH_TOKEN_DAYS * DAY_MS, session.endsAt.getTime())),
  });
  return {
    user: viewUser(user),
    accessToken: signAccessToken(deps.tokenKeys, { userId: user.id, sessionId: session.id }),
    refreshToken,
    expiresIn: ACCESS_TOKEN_SECONDS,
  };
}

/**
 * Spends the token and issues its successor. A token that was spent before ends the session with all its tokens, unless
 * that was within the grace: then it is answered like the first time, and both successors are good.
 * @throws AppError INVALID_TOKEN
 */
export async function refresh(deps: SessionDeps, refreshToken: string, from: RequestOrigin): Promise<SessionView> {
  const hash = hashToken(refreshToken);
  const owner = await findOwnerOfRefreshToken(deps.db, hash);
  if (!owner) throw new AppError('INVALID_TOKEN');
  const session = await asUser(deps.db, owner, async (trx) => {
    const row = await lockRefreshToken(trx, hash);
    if (!row || row.expires_at.getTime() <= Date.now()) return undefined;
    const graceEnds = (row.used_at?.getTime() ?? 0) + deps.limits.sessions.refreshReuseGraceSeconds * 1_000;
    if (row.used_at && graceEnds <= Date.now()) {
      await endSession(trx, row.family_id);
      await recordAudit(trx, { action: 'session.token_reused', userId: row.user_id, actorId: undefined, from });
      return undefined;
    }
    const held = await useSession(trx, row.family_id, from.address);
    if (!held) return undefined;
    const user = await findUser(trx, row.user_id);
    if (!user || user.disabled_at) return undefined;
    await markRefreshTokenUsed(trx, hash);
    return issueTokens(deps, trx, user, { id: held.id, endsAt: held.expires_at });
  });
  // Thrown outside the transaction: the end of the session must be kept.
  if (!session) throw new AppError('INVALID_TOKEN');
  return session;
}

/** Ends the session, for its access tokens too; an unknown token is no error, there is nothing left to end. */
export async function logout(
  deps: Pick<SessionDeps, 'db'>,
  refreshToken: string,
  from: RequestOrigin | undefined,
): Promise<void> {
  const hash = hashToken(refreshToken);
  const owner = await findOwnerOfRefreshToken(deps.db, hash);
  if (!owner) return;
  await asUser(deps.db, owner, async (trx) => {
    const row = await lockRefreshToken(trx, hash);
    if (!row || !(await endSession(trx, row.family_id))) return;
    await recordAudit(trx, { action: 'session.ended', userId: row.user_id, actorId: row.user_id, from });
  });
}
