import { sql } from 'kysely';
import pg from 'pg';
import { type Db, personShareOf, type Trx } from './database.ts';
import { APP_ROLE } from './roles.ts';

/** Who the rows are of that are about no account: a login that nobody has. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

export interface WorkLimits {
  /** Ends each statement that takes longer; its error means DEPENDENCY_UNAVAILABLE. */
  timeoutMs?: number;
}

/**
 * Runs `work` in one transaction in the name of this person: rows of others are not there for it, and none can be
 * written. Outside such a transaction no person's row is there at all. Everything in `work` goes through `trx`: the pool
 * of a function may hold a single connection, which this transaction has.
 * @throws AppError DEPENDENCY_UNAVAILABLE when this person's other work fills their share of the pool and does not end
 */
export function asUser<T>(db: Db, userId: string, work: (trx: Trx) => Promise<T>, limits?: WorkLimits): Promise<T> {
  const transact = () =>
    db.transaction().execute(async (trx) => {
      await actAs(trx, userId, limits);
      return work(trx);
    });
  return personShareOf(db)?.run(userId, transact) ?? transact();
}

/**
 * Reads of several people, one after the other, in one transaction.
 * @returns what `read` answered for each, in the order of `userIds`
 */
export function asEachPerson<T>(
  db: Db,
  userIds: readonly string[],
  read: (trx: Trx, userId: string) => Promise<T>,
): Promise<T[]> {
  if (userIds.length === 0) return Promise.resolve([]);
  return db.transaction().execute(async (trx) => {
    const answers: T[] = [];
    for (const userId of userIds) {
      await actAs(trx, userId);
      answers.push(await read(trx, userId));
    }
    return answers;
  });
}

/** The role once more, for connections of a pooler that another client had in between. One message, with the BEGIN. */
async function actAs(trx: Trx, userId: string, { timeoutMs }: WorkLimits = {}): Promise<void> {
  const timeout = timeoutMs === undefined ? '' : `; set local statement_timeout = ${Math.ceil(timeoutMs)}`;
  const who = `set local role ${APP_ROLE}; set local app.user_id = ${pg.escapeLiteral(userId)}${timeout}`;
  await sql.raw(who).execute(trx);
}
