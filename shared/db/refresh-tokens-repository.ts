import { type Insertable, type Selectable, sql } from 'kysely';
import type { DbOrTrx, Trx } from './database.ts';
import type { Database } from './schema.ts';

type RefreshTokenRow = Selectable<Database['refresh_tokens']>;

export async function insertRefreshToken(db: DbOrTrx, row: Insertable<Database['refresh_tokens']>): Promise<void> {
  await db.insertInto('refresh_tokens').values(row).execute();
}

/**
 * Locks the token's whole family until the transaction ends, so that a revocation never misses a successor that is being
 * issued; the token is read after that.
 */
export async function lockRefreshToken(trx: Trx, tokenHash: Buffer): Promise<RefreshTokenRow | undefined> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(family_id::text, 0))
    from refresh_tokens where token_hash = ${tokenHash}`.execute(trx);
  return trx.selectFrom('refresh_tokens').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

/** A token that was used before keeps its time, from which the grace for its reuse counts. */
export async function markRefreshTokenUsed(db: DbOrTrx, tokenHash: Buffer): Promise<void> {
  await db
    .updateTable('refresh_tokens')
    .set({ used_at: new Date() })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .execute();
}
