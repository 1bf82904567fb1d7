import type { Keyring } from '#shared/crypto/keyring.ts';
import { asPerson } from '#shared/db/as-person.ts';
import type { Db } from '#shared/db/database.ts';
import { findConnection } from '#shared/db/drive-connections-repository.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';
import { readRefreshToken } from './refresh-token.ts';

/**
 * Ends at Google what the person allowed, if they connected a Drive; the row that holds the token stays.
 * @throws AppError DRIVE_UNAVAILABLE, INTEGRITY_ERROR when the token cannot be read
 */
export async function endConsent(
  deps: { db: Db; keyring: Keyring; provider: DriveProvider },
  userId: string,
): Promise<void> {
  const connection = await asPerson(deps.db, userId, (trx) => findConnection(trx, userId));
  if (connection) await deps.provider.revoke(readRefreshToken(deps.keyring, connection));
}
