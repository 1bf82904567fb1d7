import { openDatabase } from '#shared/db/database.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { clearDeleted } from '#shared/users/erase/clear-deleted.ts';

export const handler = scheduleHandler(async ({ db, log, config }) => {
  const openAsOwner = () => openDatabase({ url: config.DATABASE_URL, poolMax: 1 });
  return { tables: await clearDeleted({ db, log, openAsOwner }) };
});
