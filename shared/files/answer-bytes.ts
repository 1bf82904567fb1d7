import type { Readable } from 'node:stream';
import { create as contentDisposition } from 'content-disposition';
import parseRange from 'range-parser';
import { AppError } from '#shared/errors/app-error.ts';
import type { ContentStore, StoredFile } from '#shared/vault/content-store.ts';

export interface OpenContent {
  status: 200 | 206;
  headers: Record<string, string>;
  body: Readable;
}

export interface ByteRequest {
  /** Of the file or archive in the path, which the token must be for. */
  id: string;
  token: string;
  range: string | undefined;
  ifRange: string | undefined;
}

/**
 * Stored bytes as an answer, whole or the one range asked for. Several ranges at once are answered whole, as RFC 9110
 * allows.
 * @throws AppError NOT_FOUND when they are missing, RANGE_NOT_SATISFIABLE, INTEGRITY_ERROR
 */
export async function answerBytes(
  content: ContentStore,
  file: StoredFile,
  request: ByteRequest,
  shown: { etag: string; contentType: string; filename: string },
): Promise<OpenContent> {
  // Whoever holds a part of other bytes gets these whole. There is no Last-Modified that a date could stand for.
  const isSameFile = request.ifRange === undefined || request.ifRange === shown.etag;
  const range = isSameFile ? selectRange(request.range, file.size) : undefined;
  const body = range ? await content.readRange(file, range) : await content.read(file);
  if (!body) throw new AppError('NOT_FOUND');
  const length = range ? range.end - range.start + 1 : file.size;
  return {
    status: range ? 206 : 200,
    headers: {
      'Content-Type': shown.contentType,
      'Content-Length': String(length),
      'Content-Disposition': contentDisposition(shown.filename, { type: 'attachment' }),
      'Accept-Ranges': 'bytes',
      ETag: shown.etag,
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
