import type { NoticeView } from '#shared/api/own-notices.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { listNotices } from '#shared/db/notices-repository.ts';
import { noticeSentence } from './notice-words.ts';

const MOST = 100;

export async function listOwnNotices({ db }: { db: Db }, userId: string): Promise<NoticeView[]> {
  const rows = await asUser(db, userId, (trx) => listNotices(trx, userId, MOST));
  return rows.map((row) => ({
    kind: row.kind,
    at: row.created_at.toISOString(),
    message: noticeSentence(row.kind),
    address: row.address,
    mailedAt: row.sent_at?.toISOString() ?? null,
  }));
}
