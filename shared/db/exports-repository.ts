import { sql } from 'kysely';
import type { DbOrTrx, Trx } from './database.ts';
import type { ExportRow } from './schema.ts';

export function findExport(db: DbOrTrx, userId: string): Promise<ExportRow | undefined> {
  return db.selectFrom('exports').selectAll().where('user_id', '=', userId).executeTakeFirst();
}

/** A new archive takes the place of the one before; one that is being built stays. @returns what is there now */
export async function requestExport(
  trx: Trx,
  wanted: { userId: string; id: string; keptSeconds: number },
): Promise<ExportRow> {
  const fresh = {
    id: wanted.id,
    status: 'PENDING' as const,
    size: null,
    unreadable: 0,
    attempts: 0,
    forgiven: 0,
    building: false,
    lease_expires_at: null,
    requested_at: new Date(),
    expires_at: new Date(Date.now() + wanted.keptSeconds * 1_000),
  };
  await trx
    .insertInto('exports')
    .values({ user_id: wanted.userId, object_key: null, ...fresh })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ ...fresh, object_key: null })
        .where('exports.status', '<>', 'PENDING'),
    )
    .execute();
  return trx.selectFrom('exports').selectAll().where('user_id', '=', wanted.userId).executeTakeFirstOrThrow();
}

/** Takes the archive that is to be built, unless another builds it. */
export function takeExport(trx: Trx, userId: string, leaseSeconds: number): Promise<ExportRow | undefined> {
  return trx
    .updateTable('exports')
    .set({
      attempts: sql`attempts + 1`,
      building: true,
      lease_expires_at: sql`now() + make_interval(secs => ${leaseSeconds})`,
    })
    .where('user_id', '=', userId)
    .where('status', '=', 'PENDING')
    .where((where) =>
      where.or([where('lease_expires_at', 'is', null), where('lease_expires_at', '<', sql<Date>`now()`)]),
    )
    .returningAll()
    .executeTakeFirst();
}

type Attempt = Pick<ExportRow, 'user_id' | 'id' | 'attempts'>;

/** Changes the archive while this attempt is the one that builds it. @returns false when it is not any more */
export async function updateExport(
  trx: Trx,
  attempt: Attempt,
  changes: Partial<Pick<ExportRow, 'status' | 'object_key' | 'size' | 'unreadable' | 'building'>> & {
    leaseSeconds?: number;
  },
): Promise<boolean> {
  const { leaseSeconds, ...rest } = changes;
  const result = await trx
    .updateTable('exports')
    .set({
      ...rest,
      lease_expires_at: leaseSeconds === undefined ? null : sql`now() + make_interval(secs => ${leaseSeconds})`,
    })
    .where('user_id', '=', attempt.user_id)
    .where('id', '=', attempt.id)
    .where('attempts', '=', attempt.attempts)
    .where('status', '=', 'PENDING')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function deleteExport(trx: Trx, userId: string, id: string): Promise<void> {
  await trx.deleteFrom('exports').where('user_id', '=', userId).where('id', '=', id).execute();
}
