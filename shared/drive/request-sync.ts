import { asUser } from '#shared/db/as-user.ts';
import { listDueDrives } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { askForSync, findConnection } from '#shared/db/drive-connections-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { type DriveDeps, driveProvider } from './drive-provider.ts';

interface RequestSyncDeps extends DriveDeps {
  db: Db;
  queue: Queue;
}

/** Asks for a look at the person's Drive now. @throws AppError DRIVE_NOT_CONFIGURED, DRIVE_NOT_CONNECTED, REAUTH_REQUIRED */
export async function requestSync(deps: RequestSyncDeps, userId: string): Promise<void> {
  driveProvider(deps);
  await asUser(deps.db, userId, async (trx) => {
    const connection = await findConnection(trx, userId);
    if (!connection) throw new AppError('DRIVE_NOT_CONNECTED');
    if (connection.status === 'REAUTH_REQUIRED') throw new AppError('REAUTH_REQUIRED');
    await askForSync(trx, userId);
  });
  await deps.queue.send('drive', { userId });
}

/** One message for each person whose Drive is due, where a Google client is set up. @returns how many */
export async function scheduleSyncs(deps: RequestSyncDeps): Promise<number> {
  if (!deps.drive) return 0;
  const people = await listDueDrives(deps.db);
  for (const userId of people) await deps.queue.send('drive', { userId });
  return people.length;
}
