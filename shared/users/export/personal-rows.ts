import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { listPersonRows, type PersonTable } from '#shared/db/person-tables.ts';

const ROWS_A_READ = 500;

/**
 * Left out of archives, and why: their texts stand in the archive's `texts/`; or they are made from those texts; or they
 * hold no more than what is being done.
 */
export const NOT_IN_ARCHIVES: ReadonlySet<string> = new Set([
  'pages',
  'chunks',
  'tombstones',
  'loose_objects',
  'sendings',
  'turns',
  'arrivals',
  'erasures',
  'exports',
  'drive_states',
  'bm25_segments',
  'bm25_postings',
]);

/** Secrets, which would let whoever has the archive act as the person; and notes of the machinery. */
const NOT_A_FACT =
  /password|token|secret|verifier|nonce|_iv$|_tag$|ciphertext|_hash$|^lease_|^chunker_state$|^content_key$|multipart_id/;

function factsOf(table: PersonTable): string[] {
  return table.columns.filter((column) => !NOT_A_FACT.test(column));
}

/** The person's rows of a table as lines of JSON, in the order of its key, a few hundred in memory at a time. */
export async function* rowsAsJson(db: Db, userId: string, table: PersonTable): AsyncGenerator<string> {
  const columns = factsOf(table);
  let after: string[] | undefined;
  for (;;) {
    const options = { columns, after, limit: ROWS_A_READ };
    const rows = await asUser(db, userId, (trx) => listPersonRows(trx, table, userId, options));
    for (const { line } of rows) yield `${line}\n`;
    after = rows.at(-1)?.key;
    if (rows.length < ROWS_A_READ) return;
  }
}
