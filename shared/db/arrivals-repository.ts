import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';
import type { ArrivalRow } from './schema.ts';

/** Who works on an arrival; every change of it is fenced by this. */
export interface ArrivalClaim {
  id: string;
  userId: string;
  generation: number;
  holder: string;
}

/**
 * Notes that bytes lie under a key and wait for intake; once a key. An event for other bytes begins it anew, also for
 * whoever is at work on those before.
 */
export async function noteArrival(
  db: DbOrTrx,
  arrival: { userId: string; objectKey: string; etag: string | undefined },
): Promise<ArrivalRow> {
  return db
    .insertInto('arrivals')
    .values({ object_key: arrival.objectKey, user_id: arrival.userId, etag: arrival.etag ?? null })
    .onConflict((conflict) =>
      conflict.column('object_key').doUpdateSet({
        etag: sql`coalesce(excluded.etag, arrivals.etag)`,
        generation: sql`arrivals.generation + case when excluded.etag is distinct from arrivals.etag and excluded.etag is not null then 1 else 0 end`,
        faults: sql`case when excluded.etag is distinct from arrivals.etag and excluded.etag is not null then 0 else arrivals.faults end`,
        due_at: sql`least(arrivals.due_at, now())`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

export function findClaimedArrival(db: DbOrTrx, claim: ArrivalClaim): Promise<ArrivalRow | undefined> {
  return db
    .selectFrom('arrivals')
    .selectAll()
    .where('id', '=', claim.id)
    .where('user_id', '=', claim.userId)
    .where('lease_holder', '=', claim.holder)
    .executeTakeFirst();
}

/** Notes that work begins; whatever ends it in order takes the note back. @returns false when the claim is lost */
export async function beginArrival(db: DbOrTrx, claim: ArrivalClaim): Promise<boolean> {
  const result = await held(db, claim).set({ attempts: sql`attempts + 1` }).executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** @returns false when the claim is lost */
export async function extendArrival(db: DbOrTrx, claim: ArrivalClaim, leaseSeconds: number): Promise<boolean> {
  const result = await held(db, claim)
    .set({ lease_expires_at: sql`now() + make_interval(secs => ${leaseSeconds})` })
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** What lay there is dealt with. Where other bytes took its place meanwhile, those wait from now on. @returns whether they do */
export async function endArrival(db: DbOrTrx, claim: ArrivalClaim): Promise<boolean> {
  const ended = await db
    .deleteFrom('arrivals')
    .where('id', '=', claim.id)
    .where('user_id', '=', claim.userId)
    .where('lease_holder', '=', claim.holder)
    .where('generation', '=', claim.generation)
    .executeTakeFirst();
  if (ended.numDeletedRows > 0n) return false;
  const result = await held(db, claim)
    .set({ lease_holder: null, lease_expires_at: null, attempts: 0, failures: 0, faults: 0, due_at: sql`now()` })
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/**
 * Gives it back after a failure; the nth is followed by 2^n seconds.
 * @param failure whether it was a fault, which no outage explains; `most`: the exponent of the longest wait
 * @returns how many seconds it waits, undefined when the claim is lost
 */
export async function postponeArrival(
  db: DbOrTrx,
  claim: ArrivalClaim,
  { isFault, most }: { isFault: boolean; most: number },
): Promise<number | undefined> {
  const row = await held(db, claim)
    .set({
      lease_holder: null,
      lease_expires_at: null,
      attempts: 0,
      failures: sql`failures + 1`,
      faults: sql`faults + ${isFault ? 1 : 0}`,
      due_at: sql`now() + make_interval(secs => power(2, least(failures + 1, ${most}::int)))`,
    })
    .returning('failures')
    .executeTakeFirst();
  return row && 2 ** Math.min(row.failures, most);
}

function held(db: DbOrTrx, claim: ArrivalClaim) {
  return db
    .updateTable('arrivals')
    .where('id', '=', claim.id)
    .where('user_id', '=', claim.userId)
    .where('lease_holder', '=', claim.holder);
}
