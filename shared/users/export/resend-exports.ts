import { findDueExports } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import type { Queue } from '#shared/ports/queue.ts';

const BATCH = 100;

/** Sends on the archives that nobody is building and no message triggers any more. @returns how many */
export async function resendExports(deps: { db: Db; queue: Queue }): Promise<number> {
  const people = await findDueExports(deps.db, BATCH);
  for (const userId of people) await deps.queue.send('export', { userId });
  return people.length;
}
