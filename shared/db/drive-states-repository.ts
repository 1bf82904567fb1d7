import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';

export interface NewDriveState {
  userId: string;
  stateHash: Buffer;
  nonceHash: Buffer;
  codeVerifier: string;
  expiresAt: Date;
}

/** Remembers that a person began to connect; what they began and never finished goes. */
export async function insertState(db: DbOrTrx, state: NewDriveState): Promise<void> {
  await db
    .deleteFrom('drive_states')
    .where('user_id', '=', state.userId)
    .where('expires_at', '<', sql<Date>`now()`)
    .execute();
  await db
    .insertInto('drive_states')
    .values({
      user_id: state.userId,
      state_hash: state.stateHash,
      nonce_hash: state.nonceHash,
      code_verifier: state.codeVerifier,
      expires_at: state.expiresAt,
    })
    .execute();
}

/** Finds who began, in the browser that holds the nonce; a state works once. */
export async function takeState(
  db: DbOrTrx,
  userId: string,
  stateHash: Buffer,
  nonceHash: Buffer,
): Promise<{ userId: string; codeVerifier: string } | undefined> {
  const row = await db
    .deleteFrom('drive_states')
    .where('user_id', '=', userId)
    .where('state_hash', '=', stateHash)
    .where('nonce_hash', '=', nonceHash)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning(['user_id', 'code_verifier'])
    .executeTakeFirst();
  return row && { userId: row.user_id, codeVerifier: row.code_verifier };
}
