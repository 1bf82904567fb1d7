import type { Readable } from 'node:stream';
import { create as contentDisposition } from 'content-disposition';
import parseRange from 'range-parser';
import { verifyStreamToken } from '#shared/auth/access-tokens.ts';
import type { TokenKeys } from '#shared/auth/token-keys.ts';
import { asPerson } from '#shared/db/as-person.ts';
import type { Db } from '#shared/db/database.ts';
import { findSessionUser } from '#shared/db/sessions-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ContentStore } from './content-store.ts';
import { findOwnFile } from './find-own-file.ts';

export interface OpenContent {
  status: 200 | 206;
  headers: Record<string, string>;
  body: Readable;
}

/**
 * The bytes a stream token stands for, whole or the one range asked for. Several ranges at once are answered whole, as
 * RFC 9110 allows.
 * @throws AppError INVALID_TOKEN, NOT_FOUND, RANGE_NOT_SATISFIABLE, INTEGRITY_ERROR
 */
export async function openContent(
  deps: { db: Db; content: ContentStore; tokenKeys: TokenKeys },
  request: { token: string; range: string | undefined; ifRange: string | undefined },
): Promise<OpenContent> {
  const { userId, sessionId, fileId } = verifyStreamToken(deps.tokenKeys, request.token);
  const file = await asPerson(deps.db, userId, async (trx) => {
    if (!(await findSessionUser(trx, userId, sessionId))) throw new AppError('INVALID_TOKEN');
    return findOwnFile(trx, userId, fileId);
  });
  if (file.content_key === null) throw new AppError('NOT_FOUND');
  const etag = `"${file.sha256}"`;
  // Whoever holds a part of other bytes gets these whole. There is no Last-Modified that a date could stand for.
  const isSameFile = request.ifRange === undefined || request.ifRange === etag;
  const range = isSameFile ? selectRange(request.range, file.size) : undefined;
  const body = range ? await deps.content.readRange(file, range) : await deps.content.read(file);
  if (!body) throw new AppError('NOT_FOUND');
  const length = range ? range.end - range.start + 1 : file.size;
  return {
    status: range ? 206 : 200,
    headers: {
      'Content-Type': file.content_type,
      'Content-Length': String(length),
      'Content-Disposition': contentDisposition(file.filename, { type: 'attachment' }),
      'Accept-Ranges': 'bytes',
      ETag: etag,
      'Cache-Control': 'private, no-store',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      ...(range ? { 'Content-Range': `bytes ${range.start}-${range.end}/${file.size}` } : {}),
    },
    body,
  };
}

function selectRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  if (!header?.startsWith('bytes=')) return undefined;
  // RFC 9110: a suffix longer than the file means all of it; the parser takes it for one outside the file.
  const clamped = header.replace(
    /(?<=[=,]\s*)-(\d+)/g,
    (_suffix, length: string) => `-${Math.min(Number(length), size)}`,
  );
  const ranges = parseRange(size, clamped);
  if (ranges === -1) {
    throw new AppError('RANGE_NOT_SATISFIABLE', {
      detail: `The file has ${size} bytes.`,
      headers: { 'Content-Range': `bytes */${size}` },
    });
  }
  if (ranges === -2 || ranges.length !== 1) return undefined;
  return ranges[0];
}
