import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUPERUSER, startCluster } from '#localstack/postgres/cluster.ts';
import { findFreePort } from '#localstack/process/ports.ts';
import { type Db, openDatabase } from '#shared/db/database.ts';
import { migrateToLatest } from '#shared/db/migrate.ts';

export interface TemporaryDatabase {
  db: Db;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own with the product's tables, on a free port, in a folder that goes with it. */
export async function startTemporaryDatabase(): Promise<TemporaryDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'omnirag-bench-'));
  const password = randomUUID();
  const cluster = await startCluster({
    dataDir: join(folder, 'postgres'),
    ports: freePorts(),
    password,
    onLine: (line) => console.error(line),
  });
  const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${cluster.port}/postgres`;
  await migrateToLatest(url);
  const db = openDatabase({ url, poolMax: 2 });
  return {
    db,
    async stop() {
      await db.destroy();
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function* freePorts(): AsyncGenerator<number> {
  for (let attempt = 0; attempt < 5; attempt += 1) yield findFreePort('127.0.0.1');
}
