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

/** The person's files that can be found and whose names hold one of these keys: those with most of them, the newest first. */
export async function findFilesNamed(
  db: DbOrTrx,
  userId: string,
  options: { keys: readonly string[]; fileIds?: readonly string[] | undefined; limit: number },
): Promise<NamedFile[]> {
  const patterns = sql`${options.keys.map(containing)}::text[]`;
  const isAllowed = options.fileIds
    ? sql`coalesce(duplicate_of, id) = any(${[...options.fileIds]}::uuid[])`
    : sql`true`;
  // The names first: to join before they are few would look at every pair of files.
  const { rows } = await sql<NamedFile>`
    with named as materialized (
      select coalesce(duplicate_of, id) as original, filename, created_at,
        (select count(*) from unnest(${patterns}) pattern where name_key like pattern) as held
      from files
      where user_id = ${userId} and deleted_at is null and name_key like any(${patterns})
        and (live_generation is not null or duplicate_of is not null) and ${isAllowed}
      order by held desc, created_at desc
      limit ${options.limit}
    )
    select o.id as "fileId", n.filename, c.id as "chunkId"
    from named n
    cross join lateral (
      select id, live_generation from files
      where id = n.original and user_id = ${userId} and deleted_at is null and duplicate_of is null
        and live_generation is not null
      limit 1
    ) o
    cross join lateral (
      select id from chunks
      where file_id = o.id and generation = o.live_generation and user_id = ${userId}
      order by chunk_index < 0, abs(chunk_index)
      limit 1
    ) c
    order by n.held desc, n.created_at desc`.execute(db);
  return rows;
}
