import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';

/** An allowance that fills up again evenly: `burst` at once, then one every `everySeconds`. */
export interface Rate {
  /** Whose and what for; holds no secret and no name. */
  key: string;
  burst: number;
  everySeconds: number;
}

const step = (rate: Rate) => sql`make_interval(secs => ${rate.everySeconds}::float8)`;
const whole = (rate: Rate) => sql`make_interval(secs => ${rate.burst * rate.everySeconds}::float8)`;
/** Not now(), which stands still in a transaction that waited for the row. */
const clock = sql`clock_timestamp()`;

/**
 * Takes one, in one statement, so that requests side by side never take more than there is.
 * @returns undefined when it was there, else the seconds (1 or more) until one is
 */
export async function takeFromRate(db: DbOrTrx, rate: Rate): Promise<number | undefined> {
  const { rows } = await sql`
    insert into rate_limits as held (key, full_at) values (${rate.key}, ${clock} + ${step(rate)})
    on conflict (key) do update set full_at = greatest(held.full_at, ${clock}) + ${step(rate)}
    where greatest(held.full_at, ${clock}) + ${step(rate)} <= ${clock} + ${whole(rate)}
    returning key`.execute(db);
  return rows.length > 0 ? undefined : Math.max(1, await secondsUntilOne(db, rate));
}

/** @returns 0 when one is there. Takes nothing. */
export async function secondsUntilOne(db: DbOrTrx, rate: Rate): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    select extract(epoch from full_at + ${step(rate)} - ${whole(rate)} - ${clock})::float8 as seconds
    from rate_limits where key = ${rate.key}`.execute(db);
  return Math.max(0, Math.ceil(rows[0]?.seconds ?? 0));
}

/** Gives one back that turned out not to count. */
export async function giveBackToRate(db: DbOrTrx, rate: Rate): Promise<void> {
  await sql`update rate_limits set full_at = full_at - ${step(rate)} where key = ${rate.key}`.execute(db);
}

export async function refillRate(db: DbOrTrx, key: string): Promise<void> {
  await db.deleteFrom('rate_limits').where('key', '=', key).execute();
}

/** Every allowance whose key holds `part`. */
export async function deleteRatesOf(db: DbOrTrx, part: string): Promise<void> {
  await sql`delete from rate_limits where position(${part} in key) > 0`.execute(db);
}

/** A full allowance needs no row. */
export async function deleteFullRates(db: DbOrTrx): Promise<void> {
  await sql`delete from rate_limits where full_at < ${clock}`.execute(db);
}
