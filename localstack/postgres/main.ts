import { requiredEnv } from '#localstack/process/child-env.ts';
import { findFreePort } from '#localstack/process/ports.ts';
import { runAsChild } from '#shared/runtime/run-as-child.ts';
import { DATABASE, SUPERUSER, startCluster } from './cluster.ts';
import { withClient } from './with-client.ts';

runAsChild(async () => {
  const password = requiredEnv('POSTGRES_PASSWORD');
  const cluster = await startCluster({
    dataDir: requiredEnv('POSTGRES_DATA_DIR'),
    ports: candidatePorts(Number(requiredEnv('POSTGRES_PORT'))),
    password,
    onLine: (line) => console.error(line),
  });
  try {
    await createDatabase(cluster.port, password);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return {
    details: { port: cluster.port, pid: cluster.pid, database: DATABASE, user: SUPERUSER },
    stop: () => cluster.stop(),
  };
});

async function* candidatePorts(wanted: number): AsyncGenerator<number> {
  if (wanted !== 0) {
    yield wanted;
    return;
  }
  for (let attempt = 0; attempt < 5; attempt += 1) yield findFreePort('127.0.0.1');
}

async function createDatabase(port: number, password: string): Promise<void> {
  const address = { host: '127.0.0.1', port, user: SUPERUSER, password, database: 'postgres' };
  await withClient(address, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
}
