import { deleteExpiredSessions } from '#shared/db/across-people.ts';
import type { Db } from '#shared/db/database.ts';
import { forgetOldNetworks } from '#shared/db/familiar-networks-repository.ts';
import { deleteFullRates } from '#shared/db/rate-limits-repository.ts';
import { eachForItself } from '#shared/errors/each-for-itself.ts';

/** Removes what time has made worthless: expired refresh tokens and their sessions, limits that are full, old networks. */
export async function forgetExpired(db: Db): Promise<void> {
  await eachForItself([deleteExpiredSessions, deleteFullRates, forgetOldNetworks], (forget) => forget(db));
}
