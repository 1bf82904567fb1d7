import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { TokenKeys } from './token-keys.ts';

const ALGORITHM = 'HS256';

/**
 * The whole of what a header may say. Where else a key is said to be (`jku`, `jwk`, `x5u`, `x5c`) or what must be
 * understood (`crit`) makes a token invalid rather than being looked at.
 */
const tokenHeader = z.strictObject({
  alg: z.literal(ALGORITHM),
  typ: z.literal('JWT').optional(),
  kid: z.string().max(64),
});

export function signToken(keys: TokenKeys, claims: object, seconds: number): string {
  const { id, secret } = keys.current;
  return jwt.sign(claims, secret, { algorithm: ALGORITHM, keyid: id, expiresIn: seconds });
}

/**
 * What a token says once its signature holds under one of our keys, and it is neither expired nor for later.
 * @throws Error of any kind otherwise
 */
export function openToken(keys: TokenKeys, token: string): unknown {
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every(isCanonical)) throw new Error('not three parts of base64url');
  const header = tokenHeader.parse(JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString('utf8')));
  const key = keys.find(header.kid);
  if (!key) throw new Error('the token names no key of ours');
  return jwt.verify(token, key.secret, { algorithms: [ALGORITHM] });
}

/** Node reads base64url that others would not: with padding, white space, or bits beyond the last byte. */
function isCanonical(part: string): boolean {
  return part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;
}
