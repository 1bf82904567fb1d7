import { sql } from 'kysely';
import type { Trx } from './database.ts';

export async function insertErasure(trx: Trx, userId: string): Promise<void> {
  await trx
    .insertInto('erasures')
    .values({ user_id: userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function isErasing(trx: Trx, userId: string): Promise<boolean> {
  return (
    (await trx.selectFrom('erasures').select('user_id').where('user_id', '=', userId).executeTakeFirst()) !== undefined
  );
}

export interface ErasurePass {
  /** How many were done before. */
  passes: number;
  /** Since the person asked for it. */
  ageSeconds: number;
}

/** Takes the next pass for `leaseSeconds`. @returns undefined when none is due */
export function takeErasure(trx: Trx, userId: string, leaseSeconds: number): Promise<ErasurePass | undefined> {
  return trx
    .updateTable('erasures')
    .set({ not_before: sql`now() + make_interval(secs => ${leaseSeconds})` })
    .where('user_id', '=', userId)
    .where('not_before', '<=', sql<Date>`now()`)
    .returning(['passes', sql<number>`extract(epoch from now() - requested_at)::float8`.as('ageSeconds')])
    .executeTakeFirst();
}

/** Says when the next pass begins. What another worker advanced meanwhile stays. */
export async function postponeErasure(
  trx: Trx,
  userId: string,
  changes: { from: number; to: number; delaySeconds: number },
): Promise<void> {
  await trx
    .updateTable('erasures')
    .set({ passes: changes.to, not_before: sql`now() + make_interval(secs => ${changes.delaySeconds})` })
    .where('user_id', '=', userId)
    .where('passes', '=', changes.from)
    .execute();
}

export async function deleteErasure(trx: Trx, userId: string): Promise<void> {
  await trx.deleteFrom('erasures').where('user_id', '=', userId).execute();
}
