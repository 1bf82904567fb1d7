import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'omnirag';
const ACCESS_AUDIENCE = 'omnirag-api';
const STREAM_AUDIENCE = 'omnirag-stream';

export const ACCESS_TOKEN_SECONDS = 15 * 60;
export const STREAM_TOKEN_SECONDS = 60;

const accessClaims = z.object({ sub: z.uuid(), kind: z.literal('access') });
const streamClaims = z.object({ sub: z.uuid(), kind: z.literal('stream'), file: z.uuid() });

function sign(secret: string, audience: string, seconds: number, subject: string, claims: object): string {
  return jwt.sign(claims, secret, { algorithm: ALGORITHM, issuer: ISSUER, audience, expiresIn: seconds, subject });
}

/** Every way a token can be wrong ends in the same answer. */
function verify<T extends z.ZodType>(secret: string, audience: string, token: string, claims: T): z.output<T> {
  try {
    return claims.parse(jwt.verify(token, secret, { algorithms: [ALGORITHM], issuer: ISSUER, audience }));
  } catch (cause) {
    throw new AppError('INVALID_TOKEN', { cause });
  }
}

export function signAccessToken(secret: string, userId: string): string {
  return sign(secret, ACCESS_AUDIENCE, ACCESS_TOKEN_SECONDS, userId, { kind: 'access' });
}

/** @returns the person's id. @throws AppError INVALID_TOKEN */
export function verifyAccessToken(secret: string, token: string): string {
  return verify(secret, ACCESS_AUDIENCE, token, accessClaims).sub;
}

/** A token that lets its bearer read one file's bytes for a minute. */
export function signStreamToken(secret: string, userId: string, fileId: string): string {
  return sign(secret, STREAM_AUDIENCE, STREAM_TOKEN_SECONDS, userId, { kind: 'stream', file: fileId });
}

/** @throws AppError INVALID_TOKEN */
export function verifyStreamToken(secret: string, token: string): { userId: string; fileId: string } {
  const claims = verify(secret, STREAM_AUDIENCE, token, streamClaims);
  return { userId: claims.sub, fileId: claims.file };
}
