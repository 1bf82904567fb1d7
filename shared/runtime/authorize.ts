import type { RouteSpec } from '#shared/api/route.ts';
import { type SessionClaims, verifyAccessToken } from '#shared/auth/access-tokens.ts';
import { sameText } from '#shared/crypto/same-text.ts';
import { asUser } from '#shared/db/as-user.ts';
import { findSessionUser } from '#shared/db/sessions-repository.ts';
import { mayUse, type Permission } from '#shared/domain/permissions.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Container } from './container.ts';

const NOBODY: SessionClaims = { userId: '', sessionId: '' };

/**
 * Lets a request to this route in. The session, the account and its role are read from PostgreSQL each time: a logout, a
 * changed password or role, a disabled account count from the next request on, and nothing else can vouch for them.
 * @returns the signed-in person and session, both empty where none is needed
 * @throws AppError INVALID_TOKEN; FORBIDDEN without the route's permission; NOT_FOUND for a webhook that is not set up
 */
export async function authorize(
  container: Container,
  route: RouteSpec,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<SessionClaims> {
  if (route.auth === 'none') return NOBODY;
  if (route.auth === 'optional' && headers.authorization === undefined) return NOBODY;
  const token = /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (route.auth === 'bearer' || route.auth === 'optional') return authorizePerson(container, route.permission, token);
  const expected = container.config.STORAGE_WEBHOOK_TOKEN;
  if (!expected) throw new AppError('NOT_FOUND');
  if (!token || !sameText(token, expected)) throw new AppError('INVALID_TOKEN');
  return NOBODY;
}

async function authorizePerson(
  { tokenKeys, db }: Container,
  permission: Permission,
  token: string | undefined,
): Promise<SessionClaims> {
  if (!token) throw new AppError('INVALID_TOKEN');
  const claims = verifyAccessToken(tokenKeys, token);
  const user = await asUser(db, claims.userId, (trx) => findSessionUser(trx, claims.userId, claims.sessionId));
  if (!user) throw new AppError('INVALID_TOKEN');
  if (!mayUse(user.role, permission)) throw new AppError('FORBIDDEN');
  return claims;
}
