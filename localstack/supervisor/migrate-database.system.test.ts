import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '#shared/db/database.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { migrateDatabase } from './migrate-database.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer();
});
afterAll(() => container.close());

it('says of a database from before the first release what it is and what to do', async () => {
  const url = container.config.DATABASE_URL;
  const owner = openDatabase({ url, poolMax: 1 });
  const rename = (from: string, to: string) =>
    sql`update kysely_migration set name = ${to} where name = ${from}`.execute(owner);
  try {
    await rename('0001-baseline', '0001-accounts-files-chunks');
    await expect(migrateDatabase(url, '/home/me/.omnirag')).rejects.toThrow(
      'The data folder /home/me/.omnirag was created by a version before the first release, which this version cannot use: ' +
        'upload the files again to a new data folder (OMNIRAG_DATA_DIR)',
    );
    await expect(migrateDatabase(url, undefined)).rejects.toThrow(
      /^The database was created by a version before the first release, .*: upload the files again to a new database$/,
    );
    await rename('0001-accounts-files-chunks', '0001-baseline');
    await expect(migrateDatabase(url, '/home/me/.omnirag')).resolves.toBeUndefined();
  } finally {
    await owner.destroy();
  }
});
