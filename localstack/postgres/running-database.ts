import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSecrets } from '#localstack/secrets/secrets.ts';
import { DATABASE, SUPERUSER } from './cluster.ts';
import { databaseFolder } from './leftover.ts';

/** Which line of postmaster.pid holds the port; counted from 0. */
const PORT_LINE = 3;

/** The address of the database that a system started on this data folder keeps running; undefined when there is none. */
export async function runningDatabaseUrl(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(databaseFolder(dataDir), 'postmaster.pid'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  const port = Number(text?.split('\n')[PORT_LINE]);
  if (!Number.isInteger(port) || port <= 0) return undefined;
  const { POSTGRES_PASSWORD } = await loadSecrets(dataDir, {});
  return `postgres://${SUPERUSER}:${encodeURIComponent(POSTGRES_PASSWORD)}@127.0.0.1:${port}/${DATABASE}`;
}
