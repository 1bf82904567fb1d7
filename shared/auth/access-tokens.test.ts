import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { signAccessToken, signStreamToken, verifyAccessToken, verifyStreamToken } from './access-tokens.ts';

const SECRET = 's'.repeat(48);
const userId = randomUUID();
const claims = { kind: 'access' };
const options = { issuer: 'omnirag', audience: 'omnirag-api', subject: userId, expiresIn: 60 } as const;

function refused(token: string): string {
  try {
    verifyAccessToken(SECRET, token);
    return 'accepted';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

describe('access tokens', () => {
  it('name the person for 15 minutes', () => {
    const token = signAccessToken(SECRET, userId);
    expect(verifyAccessToken(SECRET, token)).toBe(userId);
    const { exp = 0, iat = 0 } = jwt.decode(token, { json: true }) ?? {};
    expect(exp - iat).toBe(900);
  });

  it.each([
    ['another key', jwt.sign(claims, 'x'.repeat(48), { ...options, algorithm: 'HS256' })],
    ['another algorithm of the same family', jwt.sign(claims, SECRET, { ...options, algorithm: 'HS512' })],
    ['no algorithm', jwt.sign(claims, '', { ...options, algorithm: 'none' })],
    ['another issuer', jwt.sign(claims, SECRET, { ...options, issuer: 'someone' })],
    ['another audience', jwt.sign(claims, SECRET, { ...options, audience: 'other' })],
    ['an expired one', jwt.sign(claims, SECRET, { ...options, expiresIn: -1 })],
    ['one not valid yet', jwt.sign(claims, SECRET, { ...options, notBefore: 60 })],
    ['another kind', jwt.sign({ kind: 'refresh' }, SECRET, options)],
    ['a stream token', signStreamToken(SECRET, userId, randomUUID())],
    ['a subject that is no id', jwt.sign(claims, SECRET, { ...options, subject: 'admin' })],
    ['nonsense', 'a.b.c'],
    ['nothing', ''],
  ])('refuse %s with the same code', (_, token) => {
    expect(refused(token)).toBe('INVALID_TOKEN');
  });
});

describe('stream tokens', () => {
  it('name one file of one person', () => {
    const fileId = randomUUID();
    expect(verifyStreamToken(SECRET, signStreamToken(SECRET, userId, fileId))).toEqual({ userId, fileId });
  });

  it('do not take an access token', () => {
    expect(() => verifyStreamToken(SECRET, signAccessToken(SECRET, userId))).toThrow(
      expect.objectContaining({ code: 'INVALID_TOKEN' }),
    );
  });
});
