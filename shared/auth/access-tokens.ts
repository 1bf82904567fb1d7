import { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';
import { openToken, signToken } from './signed-tokens.ts';
import type { TokenKeys } from './token-keys.ts';

const ISSUER = 'omnirag';

export const ACCESS_TOKEN_SECONDS = 15 * 60;
export const STREAM_TOKEN_SECONDS = 60;

/** A person and the session of theirs that a token belongs to: it is worth nothing once the session ended. */
export interface SessionClaims {
  userId: string;
  sessionId: string;
}

/** Issuer, audience and kind are pinned: no token passes for one of another kind. */
function claimsOf(audience: string, kind: string) {
  return z.object({
    iss: z.literal(ISSUER),
    aud: z.literal(audience),
    kind: z.literal(kind),
    sub: z.uuid(),
    sid: z.uuid(),
    exp: z.int(),
  });
}

const accessClaims = claimsOf('omnirag-api', 'access');
const streamClaims = claimsOf('omnirag-stream', 'stream').extend({ file: z.uuid() });
const exportClaims = claimsOf('omnirag-stream', 'export').extend({ archive: z.uuid() });

/** Every way a token can be wrong ends in the same answer. */
function verify<T extends z.ZodType>(keys: TokenKeys, token: string, claims: T): z.output<T> {
  try {
    return claims.parse(openToken(keys, token));
  } catch (cause) {
    throw new AppError('INVALID_TOKEN', { cause });
  }
}

export function signAccessToken(keys: TokenKeys, { userId, sessionId }: SessionClaims): string {
  const claims = { iss: ISSUER, aud: 'omnirag-api', kind: 'access', sub: userId, sid: sessionId };
  return signToken(keys, claims, ACCESS_TOKEN_SECONDS);
}

/** @throws AppError INVALID_TOKEN */
export function verifyAccessToken(keys: TokenKeys, token: string): SessionClaims {
  const { sub, sid } = verify(keys, token, accessClaims);
  return { userId: sub, sessionId: sid };
}

/** A token that lets its bearer read one file's bytes for a minute. */
export function signStreamToken(keys: TokenKeys, { userId, sessionId }: SessionClaims, fileId: string): string {
  const claims = { iss: ISSUER, aud: 'omnirag-stream', kind: 'stream', sub: userId, sid: sessionId, file: fileId };
  return signToken(keys, claims, STREAM_TOKEN_SECONDS);
}

/** @throws AppError INVALID_TOKEN */
export function verifyStreamToken(keys: TokenKeys, token: string): SessionClaims & { fileId: string } {
  const { sub, sid, file } = verify(keys, token, streamClaims);
  return { userId: sub, sessionId: sid, fileId: file };
}

/** A token that lets its bearer read one archive of everything that is stored about the person, for a minute. */
export function signExportToken(keys: TokenKeys, { userId, sessionId }: SessionClaims, exportId: string): string {
  const claims = { iss: ISSUER, aud: 'omnirag-stream', kind: 'export', sub: userId, sid: sessionId, archive: exportId };
  return signToken(keys, claims, STREAM_TOKEN_SECONDS);
}

/** @throws AppError INVALID_TOKEN */
export function verifyExportToken(keys: TokenKeys, token: string): SessionClaims & { exportId: string } {
  const { sub, sid, archive } = verify(keys, token, exportClaims);
  return { userId: sub, sessionId: sid, exportId: archive };
}
