import { randomUUID } from 'node:crypto';
import { withClient } from '#localstack/postgres/with-client.ts';
import { migrateToLatest } from '#shared/db/migrate.ts';

/**
 * Makes a database that holds the schema alone, for others to be copied from.
 * @param databaseUrl of a database on the same server, of a role that may make databases
 * @returns its name
 */
export async function makeTemplateDatabase(databaseUrl: string): Promise<string> {
  const name = `template_${randomUUID().replaceAll('-', '')}`;
  await withClient({ connectionString: databaseUrl }, (client) => client.query(`create database ${name}`));
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  await migrateToLatest(url.toString());
  return name;
}

export async function dropTemplateDatabase(databaseUrl: string, name: string): Promise<void> {
  await withClient({ connectionString: databaseUrl }, (client) => client.query(`drop database ${name}`));
}
