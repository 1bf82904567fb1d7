import { deleteExpiredSessions, forgetNotices } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { forgetOldNetworks } from '#shared/db/familiar-networks-repository.ts';
import { deleteFullRates } from '#shared/db/rate-limits-repository.ts';
import { eachForItself } from '#shared/errors/each-for-itself.ts';

const NOTICE_DAYS = 90;

/** Removes what time has made worthless: sessions that are over, limits that are full, old networks, old notices. */
export async function forgetExpired({ db }: { db: Db }): Promise<void> {
  await eachForItself([deleteExpiredSessions, deleteFullRates, forgetOldNetworks, forgetOldNotices], (forget) =>
    forget(db),
  );
}

function forgetOldNotices(db: Db): Promise<void> {
  return forgetNotices(db, new Date(Date.now() - NOTICE_DAYS * 86_400_000));
}
