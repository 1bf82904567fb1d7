import { z } from 'zod';
import { asUser } from '#shared/db/as-user.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import { listPages } from '#shared/db/pages-repository.ts';
import type { PageRow } from '#shared/db/schema.ts';
import { decodeCursor, encodeCursor } from '#shared/domain/cursor.ts';
import type { Location } from '#shared/domain/location.ts';
import { MAX_INTEGER } from '#shared/domain/storable-text.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { pageLocation } from '#shared/formats/page-location.ts';
import { findOwnFile } from './find-own-file.ts';
import { previewAddress } from './preview-address.ts';

const ANSWER_BYTES = 4_000_000;
const PAGES_A_READ = 100;
const position = z.object({ page: z.int().min(0).max(MAX_INTEGER) });

interface TextQuery {
  page?: number | undefined;
  cursor?: string | undefined;
}

export interface TextPage {
  number: number;
  text: string;
  location: Location;
  /** Where a small copy can be had, of a page that is a picture. */
  preview?: string;
}

/**
 * The text of the searchable generation, or of the newest when none is searchable yet.
 * @throws AppError NOT_FOUND for a file or page that is not there
 */
export function readText(
  deps: { db: Db },
  userId: string,
  fileId: string,
  query: TextQuery,
): Promise<{ pages: TextPage[]; nextCursor: string | null }> {
  return asUser(deps.db, userId, (trx) => readPages(trx, userId, fileId, query));
}

async function readPages(
  trx: Trx,
  userId: string,
  fileId: string,
  query: TextQuery,
): Promise<{ pages: TextPage[]; nextCursor: string | null }> {
  const named = await findOwnFile(trx, userId, fileId);
  const file = named.duplicate_of ? await findOwnFile(trx, userId, named.duplicate_of) : named;
  const owner = { userId, fileId: file.id, generation: file.live_generation ?? file.generation };
  const view = (page: PageRow): TextPage => ({
    number: page.number,
    text: page.text,
    location: pageLocation(file.content_type, page),
    ...(page.picture_key === null ? {} : { preview: previewAddress(fileId, page.number) }),
  });
  if (query.page !== undefined) {
    const [page] = await listPages(trx, owner, { afterNumber: query.page - 1, limit: 1 });
    if (page?.number !== query.page) throw new AppError('NOT_FOUND', { detail: 'The file does not have this page.' });
    return { pages: [view(page)], nextCursor: null };
  }

  const pages: TextPage[] = [];
  let after = query.cursor ? decodeCursor(query.cursor, position).page : 0;
  let bytes = 0;
  for (;;) {
    const rows = await listPages(trx, owner, { afterNumber: after, limit: PAGES_A_READ });
    for (const row of rows) {
      bytes += Buffer.byteLength(row.text);
      if (bytes > ANSWER_BYTES && pages.length > 0) return { pages, nextCursor: encodeCursor({ page: after }) };
      pages.push(view(row));
      after = row.number;
    }
    if (rows.length < PAGES_A_READ) return { pages, nextCursor: null };
  }
}
