import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { DbOrTrx, Trx } from './database.ts';
import type { NoticeRow } from './schema.ts';

export async function insertNotice(
  trx: Trx,
  notice: { userId: string; kind: NoticeRow['kind']; address: string },
): Promise<void> {
  const { userId, kind, address } = notice;
  await trx.insertInto('notices').values({ id: randomUUID(), user_id: userId, kind, address }).execute();
}

/** Newest first. */
export function listNotices(db: DbOrTrx, userId: string, most: number): Promise<NoticeRow[]> {
  return db
    .selectFrom('notices')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(most)
    .execute();
}

/** Takes one that is to be sent, for so long; whoever dies with it leaves it to the next. @returns undefined when it is not due */
export function takeNotice(trx: Trx, userId: string, id: string, leaseSeconds: number): Promise<NoticeRow | undefined> {
  return trx
    .updateTable('notices')
    .set({
      attempts: sql<number>`attempts + 1`,
      next_attempt_at: sql<Date>`now() + make_interval(secs => ${leaseSeconds} * (attempts + 1))`,
    })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .where('sent_at', 'is', null)
    .where('next_attempt_at', '<=', sql<Date>`now()`)
    .returningAll()
    .executeTakeFirst();
}

export async function markNoticeSent(trx: Trx, userId: string, id: string): Promise<void> {
  await trx
    .updateTable('notices')
    .set({ sent_at: new Date() })
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .execute();
}
