import { sql } from 'kysely';
import { asEachPerson } from './as-user.ts';
import { leaseSendings } from './cross-tenant.ts';
import type { Db, DbOrTrx, Trx } from './database.ts';
import type { SendingRow } from './schema.ts';

export interface SentGeneration {
  fileId: string;
  generation: number;
}

const MAY_STAY = sql`f.deleted_at is null and f.duplicate_of is null and s.generation in (f.generation, f.live_generation)`;
/** Longer than any function may run: whoever has not settled what it sent by then is dead, or stands still. */
const SENDING_SECONDS = 900;

/** Notes, before it is done, that points of these generations are sent. */
export function noteSendings(
  db: DbOrTrx,
  userId: string,
  holder: string,
  sent: readonly SentGeneration[],
  leaseSeconds: number,
): Promise<void> {
  return write(db, userId, holder, sent, leaseSeconds + SENDING_SECONDS);
}

/**
 * Ends the notes of what was sent and may stay, of files that the transaction has locked. What was sent for a generation that
 * is gone or superseded by now, or without a lease, is due to be looked at, be its note still there or not.
 * @param held all of it was sent under a lease that was held to the end
 */
export async function settleSendings(
  trx: Trx,
  userId: string,
  holder: string,
  sent: readonly SentGeneration[],
  held: boolean,
): Promise<void> {
  const { rows } = await sql<SentGeneration>`
    delete from sendings s using files f
    where ${held} and s.holder = ${holder} and s.user_id = ${userId}
      and f.id = s.file_id and f.user_id = s.user_id and ${MAY_STAY}
    returning s.file_id as "fileId", s.generation`.execute(trx);
  const settled = new Set(rows.map(nameOf));
  await write(
    trx,
    userId,
    holder,
    sent.filter((one) => !settled.has(nameOf(one))),
    0,
  );
}

const nameOf = ({ fileId, generation }: SentGeneration): string => `${fileId}/${generation}`;

async function write(
  db: DbOrTrx,
  userId: string,
  holder: string,
  sent: readonly SentGeneration[],
  dueInSeconds: number,
): Promise<void> {
  if (sent.length === 0) return;
  await sql`
    insert into sendings (user_id, file_id, generation, holder, due_at)
    select ${userId}, file, number, ${holder}, now() + make_interval(secs => ${dueInSeconds})
    from unnest(${sent.map(({ fileId }) => fileId)}::uuid[], ${sent.map(({ generation }) => generation)}::integer[])
      as t(file, number)
    on conflict (holder, file_id, generation) do update set due_at = excluded.due_at`.execute(db);
}

/** Whether points of the generation may be in the vector store: it is being published, or can be found. */
export async function mayStay(db: DbOrTrx, sending: SendingRow): Promise<boolean> {
  const { rows } = await sql`
    select from sendings s join files f on f.id = s.file_id and f.user_id = s.user_id
    where s.id = ${sending.id} and s.user_id = ${sending.user_id} and ${MAY_STAY}`.execute(db);
  return rows.length > 0;
}

/** Takes notes that are due, as {@link leaseSendings} does, and reads them. */
export async function claimSendings(db: Db, options: { limit: number; leaseSeconds: number }): Promise<SendingRow[]> {
  const leased = Map.groupBy(await leaseSendings(db, options), ({ userId }) => userId);
  const read = await asEachPerson(db, [...leased.keys()], (trx, userId) =>
    trx
      .selectFrom('sendings')
      .selectAll()
      .where(
        'id',
        'in',
        (leased.get(userId) ?? []).map(({ id }) => id),
      )
      .execute(),
  );
  return read.flat();
}

export async function deleteSending(db: DbOrTrx, id: number): Promise<void> {
  await db.deleteFrom('sendings').where('id', '=', id).execute();
}
