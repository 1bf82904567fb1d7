import { type Kysely, sql } from 'kysely';

/** The language of each passage: ISO 639-1, null where it could not be told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table chunks add column language text`.execute(db);
}
