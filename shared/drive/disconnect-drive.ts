import type { Keyring } from '#shared/crypto/keyring.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { deleteConnection, findConnection } from '#shared/db/drive-connections-repository.ts';
import { deleteItems } from '#shared/db/drive-items-repository.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { type DriveDeps, driveProvider } from './drive-provider.ts';
import { readRefreshToken } from './refresh-token.ts';

export interface EndConsentDeps extends DriveDeps {
  db: Db;
  keyring: Keyring;
}

/**
 * Ends the consent at Google and erases it here. With `delete` the files that came from the Drive go as well, from a
 * queue, for there may be thousands; with `keep` they stay as they are.
 * @throws AppError DRIVE_NOT_CONFIGURED; DRIVE_UNAVAILABLE, and then everything is as before, for the consent would stay valid unseen
 */
export async function disconnectDrive(
  deps: EndConsentDeps & { queue: Queue },
  userId: string,
  files: 'keep' | 'delete',
): Promise<void> {
  await endConsent(deps, userId);
  await asUser(deps.db, userId, async (trx) => {
    await deleteConnection(trx, userId);
    if (files === 'keep') await deleteItems(trx, userId);
  });
  if (files === 'delete') await deps.queue.send('drive', { userId });
}

/**
 * Ends at Google what the person allowed, if they connected a Drive; the row that holds the token stays.
 * @throws AppError DRIVE_NOT_CONFIGURED, DRIVE_UNAVAILABLE, INTEGRITY_ERROR when the token cannot be read
 */
export async function endConsent(deps: EndConsentDeps, userId: string): Promise<void> {
  const provider = driveProvider(deps);
  const connection = await asUser(deps.db, userId, (trx) => findConnection(trx, userId));
  if (connection) await provider.revoke(readRefreshToken(deps.keyring, connection));
}
