import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { signAccessToken, signStreamToken, verifyAccessToken, verifyStreamToken } from './access-tokens.ts';
import { parseTokenKeys } from './token-keys.ts';

const SECRET = 's'.repeat(48);
const keys = parseTokenKeys({ JWT_SECRET: SECRET });
const session = { userId: randomUUID(), sessionId: randomUUID() };

describe('access tokens', () => {
  it('name the person and the session for 15 minutes', () => {
    const token = signAccessToken(keys, session);
    expect(verifyAccessToken(keys, token)).toEqual(session);
    const { exp = 0, iat = 0 } = jwt.decode(token, { json: true }) ?? {};
    expect(exp - iat).toBe(900);
  });

  it('are no stream tokens, nor the other way round', () => {
    const invalid = expect.objectContaining({ code: 'INVALID_TOKEN' });
    expect(() => verifyAccessToken(keys, signStreamToken(keys, session, randomUUID()))).toThrow(invalid);
    expect(() => verifyStreamToken(keys, signAccessToken(keys, session))).toThrow(invalid);
  });

  it('of a file name it', () => {
    const fileId = randomUUID();
    expect(verifyStreamToken(keys, signStreamToken(keys, session, fileId))).toEqual({ ...session, fileId });
  });
});

describe('keys that rotate', () => {
  const NEW = 'n'.repeat(48);

  it('verify what the one before signed, and sign with the first', () => {
    const rotating = parseTokenKeys({ JWT_SECRET: SECRET, JWT_SECRETS: `2026-b:${NEW}` });
    expect(verifyAccessToken(rotating, signAccessToken(keys, session))).toEqual(session);
    const token = signAccessToken(rotating, session);
    expect(jwt.decode(token, { complete: true })?.header.kid).toBe('2026-b');
    // A key that is given a name afterwards still answers for what it signed without one.
    const renamed = parseTokenKeys({ JWT_SECRETS: `2026-b:${NEW}, old:${SECRET}` });
    expect(verifyAccessToken(renamed, signAccessToken(keys, session))).toEqual(session);
    expect(verifyAccessToken(renamed, token)).toEqual(session);
  });

  it('verify nothing once they are gone', () => {
    const after = parseTokenKeys({ JWT_SECRETS: `2026-b:${NEW}` });
    expect(() => verifyAccessToken(after, signAccessToken(keys, session))).toThrow(
      expect.objectContaining({ code: 'INVALID_TOKEN' }),
    );
  });

  it.each([
    [{}, 'JWT_SECRET: is required'],
    [{ JWT_SECRETS: 'a:short' }, 'JWT_SECRETS: each secret must be at least 32 characters'],
    [{ JWT_SECRETS: `../a:${NEW}` }, 'JWT_SECRETS: must be a list of id:secret'],
    [{ JWT_SECRETS: `a:${NEW},a:${SECRET}` }, 'JWT_SECRETS: two keys have the same id'],
  ])('are refused by name, not by value: %#', (settings, problem) => {
    expect(() => parseTokenKeys(settings)).toThrow(problem);
  });
});
