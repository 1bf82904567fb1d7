import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { promptPool } from './prompt-pool.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;
export type Trx = Transaction<Database>;
/** What a repository function takes first: it works the same inside and outside a transaction. */
export type DbOrTrx = Db | Trx;

const INT8_OID = 20;

/**
 * Opens a pool; nothing connects before the first query. 64-bit integers arrive as numbers: sizes and counters stay below 2^53.
 * @param options.role that every connection takes on first; without one it stays who it connected as, as migrations must
 */
export function openDatabase(options: { url: string; poolMax: number; role?: string }): Db {
  const { role } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolMax,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'omnirag',
    ...(role === undefined
      ? {}
      : { verify: (client, done) => client.query(`set role ${pg.escapeIdentifier(role)}`, (error) => done(error)) }),
    types: {
      getTypeParser: (oid, format) =>
        oid === INT8_OID && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  // An idle connection that breaks (a restarted server) must not end the process; the next query opens a new one.
  pool.on('error', () => undefined);
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: promptPool(pool) }) });
}
