import { sql } from 'kysely';
import type { DbOrTrx, Trx } from './database.ts';

/** A table with rows of people beside `users`: told by its column `user_id`. */
export interface PersonTable {
  name: string;
  /** Of the primary key, in its order, with their types. */
  key: { name: string; type: string }[];
  columns: string[];
  /** Its rows are parts of files, so there may be very many. */
  isOfFiles: boolean;
}

/** From the catalog, so that a table of a later migration is neither forgotten in an archive nor left by an erasure. */
export async function listPersonTables(db: DbOrTrx): Promise<PersonTable[]> {
  const { rows } = await sql<PersonTable>`
    select c.relname as name,
      coalesce((
        select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by k.place)
        from pg_index i, unnest(i.indkey) with ordinality as k (number, place), pg_attribute a
        where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.number
      ), '[]') as key,
      array(
        select attname::text from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped order by attnum
      ) as columns,
      exists (
        select from pg_constraint f
        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid = 'files'::regclass and f.conrelid <> f.confrelid
      ) as "isOfFiles"
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and exists (select from pg_attribute where attrelid = c.oid and attname = 'user_id' and not attisdropped)
    order by 1`.execute(db);
  return rows;
}

/** @returns how many rows went, at most `most` */
export async function deletePersonRows(trx: Trx, table: string, userId: string, most: number): Promise<number> {
  const result = await sql`
    delete from ${sql.table(table)} where user_id = ${userId} and ctid = any(array(
      select ctid from ${sql.table(table)} where user_id = ${userId} limit ${most}
    ))`.execute(trx);
  return Number(result.numAffectedRows ?? 0n);
}

export async function deleteAllPersonRows(trx: Trx, table: string, userId: string): Promise<void> {
  await sql`delete from ${sql.table(table)} where user_id = ${userId}`.execute(trx);
}

/** A row of whatever table. */
export interface PersonRow {
  /** As JSON. */
  line: string;
  /** Its primary key, as text. */
  key: string[];
}

/**
 * The person's rows of a table, in the order of its key.
 * @param options.columns the others are left out
 * @param options.after the key of the last row before
 */
export async function listPersonRows(
  trx: Trx,
  table: PersonTable,
  userId: string,
  { columns, after, limit }: { columns: readonly string[]; after: readonly string[] | undefined; limit: number },
): Promise<PersonRow[]> {
  const key = table.key.map(({ name }) => sql.ref(name));
  const beyond =
    after &&
    sql`and (${sql.join(key)}) > (${sql.join(
      after.map((value, place) => sql`${value}::${sql.raw(table.key[place]?.type ?? 'text')}`),
    )})`;
  const { rows } = await sql<PersonRow>`
    select (select jsonb_object_agg(f.key, f.value) from jsonb_each(to_jsonb(t)) f
        where f.key = any(${[...columns]}::text[]))::text as line,
      array[${sql.join(key.map((column) => sql`t.${column}::text`))}] as key
    from ${sql.table(table.name)} t
    where user_id = ${userId} ${beyond ?? sql``}
    order by ${sql.join(key)}
    limit ${limit}`.execute(trx);
  return rows;
}
