import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { forgetClaim } from '#shared/db/loose-objects-repository.ts';
import type { ContentStore } from '#shared/vault/content-store.ts';

/** Removes an object that this work claimed and wrote, and that nothing will name. */
export async function discardObject(
  deps: { db: Db; content: Pick<ContentStore, 'delete'> },
  userId: string,
  key: string,
): Promise<void> {
  await deps.content.delete(key);
  await asUser(deps.db, userId, (trx) => forgetClaim(trx, 'storage', key));
}
