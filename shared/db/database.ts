import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { createPersonShare, type PersonShare } from './person-share.ts';
import { promptPool } from './prompt-pool.ts';
import type { Database } from './schema.ts';
import { BACKGROUND_LIMITS, limitsAsSql, type StatementLimits } from './statement-limits.ts';

export type Db = Kysely<Database>;
export type Trx = Transaction<Database>;
/** What a repository function takes first: it works the same inside and outside a transaction. */
export type DbOrTrx = Db | Trx;

const INT8_OID = 20;

export interface DatabaseOptions {
  url: string;
  poolMax: number;
  /** That every connection takes on first; without one it stays who it connected as, as migrations must. */
  role?: string;
  /** Those of background work by default. */
  limits?: StatementLimits;
  /** Told when the server ends a connection; whose work it was gets the error of its statement. */
  onBroken?(error: Error): void;
}

const shares = new WeakMap<Db, PersonShare>();

/** What one person may use of this pool. */
export function personShareOf(db: Db): PersonShare | undefined {
  return shares.get(db);
}

/** Opens a pool; nothing connects before the first query. 64-bit integers arrive as numbers: sizes and counters stay below 2^53. */
export function openDatabase(options: DatabaseOptions): Db {
  const { role, limits = BACKGROUND_LIMITS, onBroken = () => undefined } = options;
  // With the first message, not as parameters of the connection: a pooler in between refuses those it does not know.
  const setUp = [...(role === undefined ? [] : [`set role ${pg.escapeIdentifier(role)}`]), limitsAsSql(limits)].join(
    '; ',
  );
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolMax,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'omnirag',
    verify: (client, done) => client.query(setUp, (error) => done(error)),
    types: {
      getTypeParser: (oid, format) =>
        oid === INT8_OID && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  // A connection that breaks (a restarted server, an administrator) must not end the process. The pool looks after idle
  // ones only: while one is in use, nobody else listens, and in Node an error that nobody listens to is the end.
  pool.on('connect', (client) => client.on('error', onBroken));
  pool.on('error', () => undefined);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: promptPool(pool) }) });
  shares.set(db, createPersonShare(options.poolMax));
  return db;
}

/** @throws when the database does not answer */
export async function pingDatabase(db: DbOrTrx): Promise<void> {
  await sql`select 1`.execute(db);
}
