import { type Kysely, sql } from 'kysely';

/** Somebody asked for a look at a Drive while a run was at work there: the run looks again before it ends. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table drive_connections add column asked boolean not null default false`.execute(db);
}
