import { Migrator } from 'kysely/migration';
import { openDatabase } from './database.ts';
import { MIGRATIONS } from './migrations/all.ts';
import { MIGRATION_LIMITS } from './statement-limits.ts';

/** Brings the schema up to date; safe to call from several processes at once (Kysely holds a lock). */
export async function migrateToLatest(databaseUrl: string): Promise<void> {
  const db = openDatabase({ url: databaseUrl, poolMax: 1, limits: MIGRATION_LIMITS });
  try {
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
