import type { Insertable, Selectable } from 'kysely';
import type { DbOrTrx } from './database.ts';
import type { Database } from './schema.ts';

type RefreshTokenRow = Selectable<Database['refresh_tokens']>;

export async function insertRefreshToken(db: DbOrTrx, row: Insertable<Database['refresh_tokens']>): Promise<void> {
  await db.insertInto('refresh_tokens').values(row).execute();
}

/** Locks the row, so that two exchanges of one token follow each other. */
export function findRefreshToken(db: DbOrTrx, tokenHash: Buffer): Promise<RefreshTokenRow | undefined> {
  return db.selectFrom('refresh_tokens').selectAll().where('token_hash', '=', tokenHash).forUpdate().executeTakeFirst();
}

export async function markRefreshTokenUsed(db: DbOrTrx, tokenHash: Buffer): Promise<void> {
  await db.updateTable('refresh_tokens').set({ used_at: new Date() }).where('token_hash', '=', tokenHash).execute();
}

export async function revokeFamily(db: DbOrTrx, familyId: string): Promise<void> {
  await db
    .updateTable('refresh_tokens')
    .set({ revoked_at: new Date() })
    .where('family_id', '=', familyId)
    .where('revoked_at', 'is', null)
    .execute();
}
