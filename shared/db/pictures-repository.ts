import { sql } from 'kysely';
import { chunkId } from '#shared/domain/ids.ts';
import type { DbOrTrx } from './database.ts';

interface Owner {
  userId: string;
  fileId: string;
  generation: number;
}

/** The index of a page's picture among the chunks of its file: below those of all passages, so that none is taken for one. */
export function pictureIndex(page: number): number {
  return -page;
}

export interface StoredPicture {
  page: number;
  /** The object in the storage bucket. */
  key: string;
}

/** Pictures of pages that have no vector yet, in order. */
export function listUnembeddedPictures(db: DbOrTrx, owner: Owner, limit: number): Promise<StoredPicture[]> {
  return db
    .selectFrom('pages')
    .select(['number as page', (pages) => pages.ref('picture_key').$notNull().as('key')])
    .where('file_id', '=', owner.fileId)
    .where('generation', '=', owner.generation)
    .where('user_id', '=', owner.userId)
    .where('picture_key', 'is not', null)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('chunks')
            .select('chunks.id')
            .whereRef('chunks.file_id', '=', 'pages.file_id')
            .whereRef('chunks.generation', '=', 'pages.generation')
            .where('chunks.chunk_index', '=', sql<number>`-pages.number`),
        ),
      ),
    )
    .orderBy('number')
    .limit(limit)
    .execute();
}

/**
 * Puts the vectors of pictures in the outbox.
 * @param model the texts' model, in whose index they go
 */
export async function insertPictures(
  db: DbOrTrx,
  owner: Owner,
  model: string,
  pictures: readonly { page: number; vector: number[] }[],
): Promise<void> {
  await db
    .insertInto('chunks')
    .values(
      pictures.map(({ page, vector }) => ({
        id: chunkId(owner.fileId, owner.generation, pictureIndex(page)),
        user_id: owner.userId,
        file_id: owner.fileId,
        generation: owner.generation,
        chunk_index: pictureIndex(page),
        page,
        char_start: 0,
        char_end: 0,
        heading_path: '[]',
        content: '',
        tokens: 0,
        location: JSON.stringify({ page }),
        dense_vector: vector,
        embedding_model: model,
        next_attempt_at: new Date(),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * What a search by pictures could find of this person's: pictures that a model has described; pictures that are found by
 * their words alone, because no model could be had when they came (their files carry a warning); or none.
 */
export type PersonPictures = 'described' | 'undescribed' | 'none';

/** Of what a search sees. */
export async function readPersonPictures(db: DbOrTrx, userId: string): Promise<PersonPictures> {
  const { rows } = await sql<{ pictures: PersonPictures }>`
    select case
      when exists (
        select from chunks c join files f on f.id = c.file_id and f.live_generation = c.generation
        where c.user_id = ${userId} and c.chunk_index < 0 and c.sync_status = 'SYNCED' and f.deleted_at is null
      ) then 'described'
      when exists (
        select from files f join pages p on p.file_id = f.id and p.generation = f.live_generation
        where f.user_id = ${userId} and f.deleted_at is null and f.duplicate_of is null and f.warnings <> '[]'
          and p.user_id = ${userId} and p.picture_key is not null
      ) then 'undescribed'
      else 'none'
    end as pictures`.execute(db);
  return rows[0]?.pictures ?? 'none';
}

export interface PagePictureText {
  fileId: string;
  page: number;
  /** What is read on it, its beginning. */
  text: string;
}

/** Those of the pages of live generations that are pictures. In no order. */
export async function findPagePictures(
  db: DbOrTrx,
  userId: string,
  pages: readonly { fileId: string; page: number }[],
  mostCharacters: number,
): Promise<PagePictureText[]> {
  const { rows } = await sql<PagePictureText>`
    select p.file_id as "fileId", p.number as page, left(p.text, ${mostCharacters}) as text
    from unnest(${pages.map(({ fileId }) => fileId)}::uuid[], ${pages.map(({ page }) => page)}::int[]) as hit(file, page)
    join files f on f.id = hit.file and f.user_id = ${userId}
    join pages p on p.file_id = f.id and p.generation = f.live_generation and p.number = hit.page
    where p.picture_key is not null`.execute(db);
  return rows;
}

/** The object that holds the picture of a page; undefined when the page is none. */
export async function findPictureKey(db: DbOrTrx, owner: Owner, page: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('pages')
    .select('picture_key')
    .where('file_id', '=', owner.fileId)
    .where('generation', '=', owner.generation)
    .where('user_id', '=', owner.userId)
    .where('number', '=', page)
    .executeTakeFirst();
  return row?.picture_key ?? undefined;
}

/** The pictures of a file's pages, of all generations, by generation and page; those behind a page of one. */
export function listPictures(
  db: DbOrTrx,
  file: { userId: string; fileId: string },
  after: { generation: number; number: number },
  limit: number,
): Promise<{ generation: number; number: number; key: string }[]> {
  return db
    .selectFrom('pages')
    .select(['generation', 'number', (column) => column.ref('picture_key').$notNull().as('key')])
    .where('user_id', '=', file.userId)
    .where('file_id', '=', file.fileId)
    .where('picture_key', 'is not', null)
    .where(
      (where) => where.refTuple('generation', 'number'),
      '>',
      (where) => where.tuple(after.generation, after.number),
    )
    .orderBy('generation')
    .orderBy('number')
    .limit(limit)
    .execute();
}
