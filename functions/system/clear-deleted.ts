import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { clearDeleted } from '#shared/users/erase/clear-deleted.ts';

export const handler = scheduleHandler(async (container) => ({ tables: await clearDeleted(container) }));
