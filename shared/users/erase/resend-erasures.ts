import { findDueErasures } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import type { Queue } from '#shared/ports/queue.ts';

const BATCH = 100;

/** Sends on the erasures that no message triggers any more. @returns how many */
export async function resendErasures(deps: { db: Db; queue: Queue }): Promise<number> {
  const people = await findDueErasures(deps.db, BATCH);
  for (const userId of people) await deps.queue.send('erase', { userId });
  return people.length;
}
