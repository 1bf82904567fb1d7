import { z } from 'zod';
import type { FileView, listFilesQuery } from '#shared/api/files.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { type FileListFilter, listFiles as selectFiles } from '#shared/db/files-repository.ts';
import { decodeCursor, encodeCursor } from '#shared/domain/cursor.ts';
import { viewFile } from './file-view.ts';

const position = z.object({ createdAt: z.iso.datetime(), id: z.uuid() });

export async function listFiles(
  deps: { db: Db },
  userId: string,
  query: z.output<typeof listFilesQuery>,
): Promise<{ items: FileView[]; nextCursor: string | null }> {
  const after = query.cursor ? decodeCursor(query.cursor, position) : undefined;
  const filter: FileListFilter = {
    status: query.status,
    source: query.source,
    contentType: query.type,
    nameWords: query.q?.split(/\s+/).filter((word) => word !== ''),
    parentId: query.parent,
    after: after && { createdAt: new Date(after.createdAt), id: after.id },
    limit: query.limit + 1,
  };
  const rows = await asUser(deps.db, userId, (trx) => selectFiles(trx, userId, filter));
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map(viewFile),
    nextCursor:
      rows.length > query.limit && last
        ? encodeCursor({ createdAt: last.created_at.toISOString(), id: last.id })
        : null,
  };
}
