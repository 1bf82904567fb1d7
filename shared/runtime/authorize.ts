import { timingSafeEqual } from 'node:crypto';
import type { RouteSpec } from '#shared/api/route.ts';
import { verifyAccessToken } from '#shared/auth/access-tokens.ts';
import { asPerson } from '#shared/db/as-person.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Container } from './container.ts';

/**
 * @returns the id of the signed-in person, empty where none is needed
 * @throws AppError INVALID_TOKEN; NOT_FOUND for a webhook that is not set up
 */
export async function authorize(
  container: Container,
  kind: RouteSpec['auth'],
  headers: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (kind === 'none') return '';
  const token = /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (kind === 'webhook') {
    const expected = container.config.STORAGE_WEBHOOK_TOKEN;
    if (!expected) throw new AppError('NOT_FOUND');
    if (!token || !sameBytes(token, expected)) throw new AppError('INVALID_TOKEN');
    return '';
  }
  if (!token) throw new AppError('INVALID_TOKEN');
  const userId = verifyAccessToken(container.config.JWT_SECRET, token);
  if (!(await asPerson(container.db, userId, (trx) => findUser(trx, userId)))) throw new AppError('INVALID_TOKEN');
  return userId;
}

function sameBytes(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
