import { type Kysely, sql } from 'kysely';
import { ACROSS_ROLE, APP_ROLE } from '#shared/db/roles.ts';

/**
 * Puts a table of people's rows behind row-level security: the product sees and writes the rows of the person it works
 * for, no rows without one. A migration that makes such a table calls this for it.
 * @param ownerColumn holds the id of the person, a uuid
 */
export async function protectTable(db: Kysely<unknown>, table: string, ownerColumn = 'user_id'): Promise<void> {
  const name = sql.table(table);
  // Stable, so it is worked out once a scan and can be looked up in an index; after a transaction the setting is ''.
  const isTheirs = sql`${sql.ref(ownerColumn)} = nullif(current_setting('app.user_id', true), '')::uuid`;
  await sql`alter table ${name} enable row level security`.execute(db);
  await sql`alter table ${name} force row level security`.execute(db);
  await sql`drop policy if exists person on ${name}`.execute(db);
  await sql`
    create policy person on ${name} to ${sql.id(APP_ROLE)} using (${isTheirs}) with check (${isTheirs})`.execute(db);
  await sql`drop policy if exists across_people on ${name}`.execute(db);
  await sql`
    create policy across_people on ${name} to ${sql.id(ACROSS_ROLE)} using (true) with check (true)`.execute(db);
  await shareTable(db, table);
}

/** Lets the product use a table that holds nobody's rows. A migration that makes such a table calls this for it. */
export async function shareTable(db: Kysely<unknown>, table: string): Promise<void> {
  await sql`
    grant select, insert, update, delete on ${sql.table(table)}
    to ${sql.id(APP_ROLE)}, ${sql.id(ACROSS_ROLE)}`.execute(db);
}

/**
 * Makes a function that works across people, which row-level security otherwise rules out. It answers ids and counts
 * alone; the rows are then read in their owners' names.
 * @param signature name, arguments and result, as after `create function`
 */
export async function createAcrossPeople(
  db: Kysely<unknown>,
  signature: string,
  body: string,
  language: 'sql' | 'plpgsql' = 'sql',
): Promise<void> {
  const nameAndArguments = signature.slice(0, signature.indexOf(')') + 1);
  await sql`
    create function ${sql.raw(signature)} language ${sql.raw(language)} security definer set search_path = public, pg_temp
    as ${sql.lit(body)}`.execute(db);
  await giveToAcrossPeople(db, nameAndArguments);
}

/** Lets a function that is there work across people. @param name with its arguments */
export async function giveToAcrossPeople(db: Kysely<unknown>, name: string): Promise<void> {
  const fn = sql.raw(name);
  await sql`alter function ${fn} owner to ${sql.id(ACROSS_ROLE)}`.execute(db);
  await sql`set local role ${sql.id(ACROSS_ROLE)}`.execute(db);
  await sql`revoke execute on function ${fn} from public`.execute(db);
  await sql`grant execute on function ${fn} to ${sql.id(APP_ROLE)}`.execute(db);
  await sql`reset role`.execute(db);
}
