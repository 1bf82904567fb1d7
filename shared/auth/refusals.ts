import { asUser, NOBODY } from '#shared/db/as-user.ts';
import { type NewAuditEvent, recordAudit } from '#shared/db/audit-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { takeFromRate } from '#shared/db/rate-limits-repository.ts';
import { networkOf } from './network.ts';

/** Of one network. Whoever is refused a million times must not fill the log, and so the disk, with it. */
const EVENTS_AT_ONCE = 20;
const THEN_EVERY_SECONDS = 60;

/** Notes in the log that an attempt was refused, as long as there are not too many from one network. */
export async function recordRefusal(
  db: Db,
  refusal: Pick<NewAuditEvent, 'action' | 'userId' | 'details'> & { from: { address: string; requestId?: string } },
): Promise<void> {
  const { userId, from } = refusal;
  const rate = { key: `refusals/${networkOf(from.address)}`, burst: EVENTS_AT_ONCE, everySeconds: THEN_EVERY_SECONDS };
  await asUser(db, userId ?? NOBODY, async (trx) => {
    if ((await takeFromRate(trx, rate)) !== undefined) return;
    await recordAudit(trx, { ...refusal, actorId: undefined });
  });
}
