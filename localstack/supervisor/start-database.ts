import { databaseFolder } from '#localstack/postgres/leftover.ts';
import { withClient } from '#localstack/postgres/with-client.ts';
import type { Secrets } from '#localstack/secrets/secrets.ts';
import { assertConnectionBudget, LOCAL_POOL_MAX } from './connection-budget.ts';
import type { PartStarter } from './part-starter.ts';
import { type Environment, given, type Ports } from './settings.ts';

export interface DatabaseContext {
  dataDir: string;
  env: Environment;
  ports: Ports;
  secrets: Secrets;
  parts: PartStarter;
  migrate(databaseUrl: string, isOwn: boolean): Promise<void>;
}

/** Starts PostgreSQL unless DATABASE_URL is given, and brings the schema up to date. @throws Error when it takes too few connections */
export async function startDatabase(context: DatabaseContext): Promise<string> {
  const theirs = given(context.env, 'DATABASE_URL');
  const databaseUrl = theirs ?? (await startPostgres(context));
  await assertConnectionBudget(databaseUrl, Number(given(context.env, 'DATABASE_POOL_MAX') ?? LOCAL_POOL_MAX));
  await context.migrate(databaseUrl, theirs === undefined);
  return databaseUrl;
}

async function startPostgres({ dataDir, env, ports, secrets, parts }: DatabaseContext): Promise<string> {
  const part = await parts.spawn({
    name: 'postgres',
    main: 'localstack/postgres/main.ts',
    pinned: { port: 'POSTGRES_PORT' },
    port: { of: 'postgres', detail: 'port' },
    env: {
      ...env,
      POSTGRES_DATA_DIR: databaseFolder(dataDir),
      POSTGRES_PORT: String(ports.postgres),
      POSTGRES_PASSWORD: secrets.POSTGRES_PASSWORD,
    },
  });
  const details = await part.ready(({ port }) => `127.0.0.1:${port}`);
  return `postgres://${details.user}:${encodeURIComponent(secrets.POSTGRES_PASSWORD)}@127.0.0.1:${details.port}/${details.database}`;
}

/** The model that filled the index which searches use now; undefined when nothing was ever indexed. */
export async function readLiveModel(databaseUrl: string): Promise<string | undefined> {
  return withClient({ connectionString: databaseUrl }, async (client) => {
    const table = await client.query("SELECT to_regclass('embedding_indexes') IS NOT NULL AS present");
    if (table.rows[0]?.present !== true) return undefined;
    const found = await client.query("SELECT model FROM embedding_indexes WHERE kind = 'text' AND state = 'live'");
    const model: unknown = found.rows[0]?.model;
    return typeof model === 'string' ? model : undefined;
  });
}
