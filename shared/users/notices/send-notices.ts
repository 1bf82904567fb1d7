import { asUser } from '#shared/db/as-user.ts';
import { findDueNotices } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { markNoticeSent, takeNotice } from '#shared/db/notices-repository.ts';
import { findUser } from '#shared/db/users-repository.ts';
import type { Log } from '#shared/ports/log.ts';
import type { Mailer } from '#shared/ports/mailer.ts';
import { noticeMail } from './notice-words.ts';

const BATCH = 50;
/** With a minute more after each: tried over some hours. */
const MOST_ATTEMPTS = 20;
/** Longer than a mail server may take. */
const LEASE_SECONDS = 60;

export interface SendNoticesDeps {
  db: Db;
  /** Undefined where no outgoing mail is set up: they stay to be read in the account, and are mailed once it is. */
  mailer: Mailer | undefined;
  addresses: { publicUrl: string };
  log: Log;
}

/**
 * Mails what people are still to be told. A mail that was sent as we died is sent again, under the same id.
 * @returns how many were sent
 */
export async function sendNotices({ db, mailer, addresses, log }: SendNoticesDeps): Promise<number> {
  if (!mailer) return 0;
  let sent = 0;
  for (const { userId, id } of await findDueNotices(db, BATCH, MOST_ATTEMPTS)) {
    const taken = await asUser(db, userId, async (trx) => {
      const user = await findUser(trx, userId);
      const notice = user && (await takeNotice(trx, userId, id, LEASE_SECONDS));
      return notice && { notice, username: user.username };
    });
    if (!taken) continue;
    try {
      await mailer.send(noticeMail(taken.notice, taken.username, addresses.publicUrl));
    } catch (err) {
      log.warn({ err, userId, notice: id, attempt: taken.notice.attempts }, 'a notice could not be sent by email');
      continue;
    }
    await asUser(db, userId, (trx) => markNoticeSent(trx, userId, id));
    sent += 1;
  }
  return sent;
}
