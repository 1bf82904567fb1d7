import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { SessionView, UserView } from '#shared/api/accounts.ts';
import { findAccountByLogin, findOwnerOfRefreshToken } from '#shared/db/across-people.ts';
import { asPerson } from '#shared/db/as-person.ts';
import type { Db, DbOrTrx } from '#shared/db/database.ts';
import {
  insertRefreshToken,
  lockRefreshToken,
  markRefreshTokenUsed,
  revokeFamily,
} from '#shared/db/refresh-tokens-repository.ts';
import type { UserRow } from '#shared/db/schema.ts';
import { findUser, insertUser } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { ACCESS_TOKEN_SECONDS, signAccessToken } from './access-tokens.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

const REFRESH_TOKEN_DAYS = 30;

export interface SessionDeps {
  db: Db;
  jwtSecret: string;
  bcryptCost: number;
  /** A refresh token that was just spent is accepted for so long, for clients that ask twice at once. */
  refreshReuseGraceSeconds: number;
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

async function issueSession(deps: SessionDeps, trx: DbOrTrx, user: UserRow, familyId: string): Promise<SessionView> {
  const refreshToken = randomBytes(32).toString('base64url');
  await insertRefreshToken(trx, {
    token_hash: hashToken(refreshToken),
    user_id: user.id,
    family_id: familyId,
    expires_at: new Date(Date.now() + REFRESH_TOKEN_DAYS * 86_400_000),
  });
  return {
    user: viewUser(user),
    accessToken: signAccessToken(deps.jwtSecret, user.id),
    refreshToken,
    expiresIn: ACCESS_TOKEN_SECONDS,
  };
}

/** @throws AppError ACCOUNT_EXISTS */
export async function register(
  deps: SessionDeps,
  input: { email: string; username: string; password: string },
): Promise<SessionView> {
  const password_hash = await hashPassword(input.password, deps.bcryptCost);
  const id = randomUUID();
  return asPerson(deps.db, id, async (trx) => {
    const user = await insertUser(trx, {
      id,
      email: input.email,
      username: input.username,
      password_hash,
    });
    return issueSession(deps, trx, user, randomUUID());
  });
}

/** @throws AppError INVALID_CREDENTIALS, the same for an unknown account and a wrong password */
export async function login(deps: SessionDeps, input: { login: string; password: string }): Promise<SessionView> {
  // Nobody's account is looked for in the same way, so that it takes the same time.
  const id = (await findAccountByLogin(deps.db, input.login)) ?? randomUUID();
  const user = await asPerson(deps.db, id, (trx) => findUser(trx, id));
  const matches = await verifyPassword(input.password, user?.password_hash, deps.bcryptCost);
  if (!user || !matches) throw new AppError('INVALID_CREDENTIALS');
  return asPerson(deps.db, id, (trx) => issueSession(deps, trx, user, randomUUID()));
}

/** Spends the token and issues its successor; a token that was spent before revokes its whole family. @throws AppError INVALID_TOKEN */
export async function refresh(deps: SessionDeps, refreshToken: string): Promise<SessionView> {
  const hash = hashToken(refreshToken);
  const owner = await findOwnerOfRefreshToken(deps.db, hash);
  if (!owner) throw new AppError('INVALID_TOKEN');
  const session = await asPerson(deps.db, owner, async (trx) => {
    const row = await lockRefreshToken(trx, hash);
    if (!row || row.revoked_at || row.expires_at.getTime() <= Date.now()) return undefined;
    const graceEnds = (row.used_at?.getTime() ?? 0) + deps.refreshReuseGraceSeconds * 1_000;
    if (row.used_at && graceEnds <= Date.now()) {
      await revokeFamily(trx, row.family_id);
      return undefined;
    }
    const user = await findUser(trx, row.user_id);
    if (!user) return undefined;
    await markRefreshTokenUsed(trx, hash);
    return issueSession(deps, trx, user, row.family_id);
  });
  // Thrown outside the transaction: the revocation must be kept.
  if (!session) throw new AppError('INVALID_TOKEN');
  return session;
}

/** Ends the session; an unknown token is no error, there is nothing left to end. */
export async function logout(deps: Pick<SessionDeps, 'db'>, refreshToken: string): Promise<void> {
  const hash = hashToken(refreshToken);
  const owner = await findOwnerOfRefreshToken(deps.db, hash);
  if (!owner) return;
  await asPerson(deps.db, owner, async (trx) => {
    const row = await lockRefreshToken(trx, hash);
    if (row) await revokeFamily(trx, row.family_id);
  });
}
