import { sql } from 'kysely';
import { forgiveAttempts, forgiveExports } from './cross-tenant.ts';
import { openDatabase } from './database.ts';
import { APP_ROLE } from './roles.ts';

/**
 * Ends what was under way in a process, or a whole system, that is known to have been stopped: no file is to blame, and
 * none has to wait for a lease of somebody who is gone. Does nothing where there are no tables yet.
 * @returns how many files it was
 */
export async function forgiveInterrupted(databaseUrl: string): Promise<number> {
  const db = openDatabase({ url: databaseUrl, poolMax: 1 });
  try {
    const { rows } = await sql<{ isThere: boolean }>`
      select to_regproc('forgive_exports') is not null as "isThere"`.execute(db);
    if (!rows[0]?.isThere) return 0;
    return await db.transaction().execute(async (trx) => {
      await sql.raw(`set local role ${APP_ROLE}`).execute(trx);
      await forgiveExports(trx);
      return forgiveAttempts(trx);
    });
  } finally {
    await db.destroy();
  }
}
