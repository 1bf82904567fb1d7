import type { NoticeView } from '#shared/api/own-notices.ts';
import { asPerson } from '#shared/db/as-person.ts';
import type { Db } from '#shared/db/database.ts';
import { listNotices } from '#shared/db/notices-repository.ts';
import { noticeSentence } from './notice-words.ts';

const MOST = 100;

export async function listOwnNotices(db: Db, userId: string): Promise<NoticeView[]> {
  const rows = await asPerson(db, userId, (trx) => listNotices(trx, userId, MOST));
  return rows.map((row) => ({
    kind: row.kind,
    at: row.created_at.toISOString(),
    message: noticeSentence(row.kind),
    address: row.address,
    mailedAt: row.sent_at?.toISOString() ?? null,
  }));
}
