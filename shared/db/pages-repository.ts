import { sql } from 'kysely';
import type { PagePlace } from '#shared/domain/page-place.ts';
import type { DbOrTrx } from './database.ts';
import type { PageHeading, PageRow } from './schema.ts';

export interface NewPage {
  number: number;
  text: string;
  headings: readonly PageHeading[];
  charOffset: number;
  place?: PagePlace | undefined;
  /** The object with the small copy of what the page shows. */
  pictureKey?: string | undefined;
}

/** Pages that are there already stay as they are: extraction is deterministic. */
export async function insertPages(
  db: DbOrTrx,
  owner: { userId: string; fileId: string; generation: number },
  pages: readonly NewPage[],
): Promise<void> {
  if (pages.length === 0) return;
  await db
    .insertInto('pages')
    .values(
      pages.map((page) => ({
        file_id: owner.fileId,
        generation: owner.generation,
        user_id: owner.userId,
        number: page.number,
        text: page.text,
        headings: JSON.stringify(page.headings),
        char_offset: page.charOffset,
        place: page.place ? JSON.stringify(page.place) : null,
        picture_key: page.pictureKey ?? null,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Pages after `afterNumber`, in order. */
export function listPages(
  db: DbOrTrx,
  owner: { userId: string; fileId: string; generation: number },
  options: { afterNumber: number; limit: number },
): Promise<PageRow[]> {
  return db
    .selectFrom('pages')
    .selectAll()
    .where('file_id', '=', owner.fileId)
    .where('generation', '=', owner.generation)
    .where('user_id', '=', owner.userId)
    .where('number', '>', options.afterNumber)
    .orderBy('number')
    .limit(options.limit)
    .execute();
}

/** UTF-16 units, nearly: PostgreSQL counts characters. */
export async function countPageChars(
  db: DbOrTrx,
  owner: { userId: string; fileId: string; generation: number },
): Promise<number> {
  const { chars } = await db
    .selectFrom('pages')
    .select(sql<number>`coalesce(sum(length(text)), 0)::int8`.as('chars'))
    .where('file_id', '=', owner.fileId)
    .where('generation', '=', owner.generation)
    .where('user_id', '=', owner.userId)
    .executeTakeFirstOrThrow();
  return chars;
}

/** Whether any page of the generation holds text. */
export async function hasWords(
  db: DbOrTrx,
  owner: { userId: string; fileId: string; generation: number },
): Promise<boolean> {
  const page = await db
    .selectFrom('pages')
    .select('number')
    .where('file_id', '=', owner.fileId)
    .where('generation', '=', owner.generation)
    .where('user_id', '=', owner.userId)
    .where('text', '<>', '')
    .limit(1)
    .executeTakeFirst();
  return page !== undefined;
}

/** @param after generations up to this one stay */
export async function deletePages(
  db: DbOrTrx,
  userId: string,
  fileId: string,
  upToGeneration: number,
  after = 0,
): Promise<void> {
  await db
    .deleteFrom('pages')
    .where('file_id', '=', fileId)
    .where('user_id', '=', userId)
    .where('generation', '<=', upToGeneration)
    .where('generation', '>', after)
    .execute();
}
