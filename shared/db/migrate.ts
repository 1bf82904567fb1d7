import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { type Db, openDatabase } from './database.ts';
import { MIGRATIONS } from './migrations/all.ts';
import { MIGRATION_LIMITS } from './statement-limits.ts';

/** What the first migration was called before the first release; nothing here follows on it. */
const FIRST_BEFORE_RELEASE = '0001-accounts-files-chunks';

export class UnreleasedDatabaseError extends Error {
  override readonly name = 'UnreleasedDatabaseError';

  constructor() {
    super(
      'The database was created by a version before the first release, which this version cannot use: ' +
        'upload the files again to a new database',
    );
  }
}

/**
 * Brings the schema up to date; safe to call from several processes at once (Kysely holds a lock).
 * @throws UnreleasedDatabaseError and changes nothing
 */
export async function migrateToLatest(databaseUrl: string): Promise<void> {
  const db = openDatabase({ url: databaseUrl, poolMax: 1, limits: MIGRATION_LIMITS });
  try {
    if (await isUnreleased(db)) throw new UnreleasedDatabaseError();
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => MIGRATIONS },
      // Work that went on side by side is merged in any order: a lower number may come to a database after a higher one.
      allowUnorderedMigrations: true,
    });
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
  } finally {
    await db.destroy();
  }
}

async function isUnreleased(db: Db): Promise<boolean> {
  const { rows: noted } = await sql`select where to_regclass('kysely_migration') is not null`.execute(db);
  if (noted.length === 0) return false;
  const { rows } = await sql`select from kysely_migration where name = ${FIRST_BEFORE_RELEASE}`.execute(db);
  return rows.length > 0;
}
