import { type Kysely, sql } from 'kysely';

/** What the text of a page belongs to (a slide, rows of a sheet, seconds, boxes of words), and so where a chunk stands. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table pages add column place jsonb`.execute(db);
  // Told once, when the chunk is cut: a search would otherwise read every word box of a page for one hit.
  await sql`alter table chunks add column location jsonb`.execute(db);
}
