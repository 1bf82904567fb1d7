import { asUser } from '#shared/db/as-user.ts';
import { deleteConnection, findConnection } from '#shared/db/drive-connections-repository.ts';
import { deleteItems } from '#shared/db/drive-items-repository.ts';
import { type DriveConnectionDeps, driveProvider } from './drive-provider.ts';
import { readRefreshToken } from './refresh-token.ts';

/**
 * Ends the consent at Google and erases it here. With `delete` the files that came from the Drive go as well, from a
 * queue, for there may be thousands; with `keep` they stay as they are.
 * @throws AppError DRIVE_NOT_CONFIGURED; DRIVE_UNAVAILABLE, and then everything is as before, for the consent would stay valid unseen
 */
export async function disconnectDrive(
  deps: DriveConnectionDeps,
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
export async function endConsent(deps: Omit<DriveConnectionDeps, 'queue'>, userId: string): Promise<void> {
  const provider = driveProvider(deps);
  const connection = await asUser(deps.db, userId, (trx) => findConnection(trx, userId));
  if (connection) await provider.revoke(readRefreshToken(deps.keyring, connection));
}
