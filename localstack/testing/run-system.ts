import pg from 'pg';
import { requiredEnv } from '#localstack/process/child-env.ts';
import { startSystem } from '#localstack/system.ts';

/** Runs a system for the tests that kill it: tells its facts over the IPC channel, ends on SIGTERM. */
async function main(): Promise<void> {
  const begun = performance.now();
  process.umask(0o077);
  const notices: string[] = [];
  const system = await startSystem({
    dataDir: requiredEnv('OMNIRAG_DATA_DIR'),
    serviceDir: requiredEnv('SERVICE_DIR'),
    env: process.env,
    migrate,
    onEvent: (event) => {
      if (event.type === 'notice') notices.push(event.text);
      if (event.type === 'log') console.error(`${event.part}: ${event.line}`);
    },
  });
  process.on('SIGTERM', () => {
    system.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  process.send?.({
    url: system.url,
    env: system.env,
    parts: system.parts,
    notices,
    seconds: (performance.now() - begun) / 1000,
  });
}

async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS seen (key text); CREATE TABLE IF NOT EXISTS swept (at timestamptz)');
  await client.end();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
