/**
 * Brings the product's schema up to date. Loaded late: only here does the local cloud need the product's own code. In a
 * database of its own no function runs yet, so whatever is under way there was so when an earlier run ended: it was no
 * file's fault.
 * @param dataDir the data folder whose own database it is; undefined for one that others use too
 */
export async function migrateDatabase(databaseUrl: string, dataDir: string | undefined): Promise<void> {
  const { migrateToLatest, UnreleasedDatabaseError } = await import('#shared/db/migrate.ts');
  await migrateToLatest(databaseUrl).catch((error: unknown) => {
    if (dataDir === undefined || !(error instanceof UnreleasedDatabaseError)) throw error;
    const message =
      `The data folder ${dataDir} was created by a version before the first release, which this version cannot use: ` +
      'upload the files again to a new data folder (OMNIRAG_DATA_DIR)';
    throw new Error(message, { cause: error });
  });
  if (dataDir === undefined) return;
  const { forgiveInterrupted } = await import('#shared/db/forgive-interrupted.ts');
  await forgiveInterrupted(databaseUrl);
}
