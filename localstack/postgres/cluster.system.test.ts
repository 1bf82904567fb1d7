import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePort } from '#localstack/process/ports.ts';
import { type Cluster, SUPERUSER, startCluster } from './cluster.ts';
import { withClient } from './with-client.ts';

const password = 'only-for-this-test';
const lines: string[] = [];
let dir: string;
let cluster: Cluster;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'omnirag-postgres-'));
  // PostgreSQL works under another account when we are root, and has to pass through here.
  await chmod(dir, 0o711);
  const ports = (async function* () {
    yield await findFreePort('127.0.0.1');
  })();
  cluster = await startCluster({ dataDir: join(dir, 'postgres'), ports, password, onLine: (line) => lines.push(line) });
});
afterAll(async () => {
  await cluster.stop();
  await rm(dir, { recursive: true, force: true });
});

const address = () => ({ host: '127.0.0.1', port: cluster.port, user: SUPERUSER, password, database: 'postgres' });

it('what a statement is refused for is told to who sent it, and not printed', async () => {
  await withClient(address(), async (client) => {
    await client.query('create table names (name text primary key)');
    await client.query(`insert into names values ('ada')`);
    await expect(client.query(`insert into names values ('ada')`)).rejects.toThrow('duplicate key');
    // Whatever nobody else would hear of is; the server writes its lines in order, so the other would have come before.
    const other = withClient({ ...address(), password: 'wrong' }, async () => undefined);
    await expect(other).rejects.toThrow('password authentication failed');
  });
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(lines.join('\n')).toContain('FATAL:  password authentication failed');
  expect(lines.join('\n')).not.toContain('duplicate key');
});

it('a connection that the server ends is an error of the statement that follows', async () => {
  const lost = withClient(address(), async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await withClient(address(), (other) => other.query('select pg_terminate_backend($1)', [rows[0]?.pid]));
    await expect
      .poll(() =>
        client.query('select 1').then(
          () => 'alive',
          () => 'lost',
        ),
      )
      .toBe('lost');
  });
  await expect(lost).resolves.toBeUndefined();
});
