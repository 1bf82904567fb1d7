import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';

export interface NamedFile {
  /** The original of a duplicate. */
  fileId: string;
  filename: string;
  /** Its first passage, or its first picture where it has no text. */
  chunkId: string;
}

/** As the column `name_key` has the letters and digits of a name. */
export function nameKey(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .replaceAll('œ', 'oe')
    .replaceAll('ø', 'o')
    .replaceAll('đ', 'd')
    .replaceAll('ł', 'l')
    .replaceAll('ı', 'i')
    .replace(NO_KEY, '');
}
const NO_KEY = /[\u0020-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f]+|[\u0300-\u036f]+/g;

/** Escapes what `like` reads as signs. */
export function containing(key: string): string {
  return `%${key.replace(/[\\%_]/g, '\\$&')}%`;
}

/** The person's newest files that can be found and whose names hold one of these, in no order. */
export async function findFilesNamed(
  db: DbOrTrx,
  userId: string,
  options: { keys: readonly string[]; fileIds?: readonly string[] | undefined; limit: number },
): Promise<NamedFile[]> {
  const patterns = options.keys.map(containing);
  const allowed = options.fileIds ? sql`o.id = any(${[...options.fileIds]}::uuid[])` : sql`true`;
  const { rows } = await sql<NamedFile>`
    select o.id as "fileId", n.filename, c.id as "chunkId"
    from files n
    join files o on o.id = coalesce(n.duplicate_of, n.id) and o.user_id = ${userId}
    cross join lateral (
      select id from chunks
      where file_id = o.id and generation = o.live_generation and user_id = ${userId}
      order by chunk_index < 0, abs(chunk_index)
      limit 1
    ) c
    where n.user_id = ${userId} and n.deleted_at is null and n.name_key like any(${patterns}::text[])
      and o.deleted_at is null and o.duplicate_of is null and o.live_generation is not null and ${allowed}
    order by n.created_at desc
    limit ${options.limit}`.execute(db);
  return rows;
}
