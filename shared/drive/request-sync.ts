import { asUser } from '#shared/db/as-user.ts';
import { listDueDrives } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { askForSync, findConnection } from '#shared/db/drive-connections-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Queue } from '#shared/ports/queue.ts';

/** Asks for a look at the person's Drive now. @throws AppError DRIVE_NOT_CONNECTED, REAUTH_REQUIRED */
export async function requestSync(deps: { db: Db; queue: Queue }, userId: string): Promise<void> {
  await asUser(deps.db, userId, async (trx) => {
    const connection = await findConnection(trx, userId);
    if (!connection) throw new AppError('DRIVE_NOT_CONNECTED');
    if (connection.status === 'REAUTH_REQUIRED') throw new AppError('REAUTH_REQUIRED');
    await askForSync(trx, userId);
  });
  await deps.queue.send('drive', { userId });
}

/** One message for each person whose Drive is due. @returns how many */
export async function scheduleSyncs(deps: { db: Db; queue: Queue }): Promise<number> {
  const people = await listDueDrives(deps.db);
  for (const userId of people) await deps.queue.send('drive', { userId });
  return people.length;
}
