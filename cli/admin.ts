import { resolve } from 'node:path';
import { runningDatabaseUrl } from '#localstack/postgres/running-database.ts';
import { runningSettings } from '#localstack/supervisor/addresses.ts';
import { openDatabase } from '#shared/db/database.ts';
import { translatePostgresError } from '#shared/db/postgres-errors.ts';
import { readConfig } from '#shared/runtime/config.ts';
import { buildContainer, type Container, inBackground } from '#shared/runtime/container.ts';
import { ADMIN_COMMANDS } from './admin/commands.ts';

const USAGE = `npm run admin -- COMMAND

Uses the database of DATABASE_URL or, if that is not set, of the system running on OMNIRAG_DATA_DIR (.omnirag).
${ADMIN_COMMANDS.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.padEnd(32)} ${summary}`).join('\n')}`;

async function main([name, ...args]: string[]): Promise<number> {
  const command = ADMIN_COMMANDS.find((candidate) => candidate.name === name);
  if (!command) {
    console.error(USAGE);
    return name === undefined || name === 'help' || name === '--help' ? 0 : 2;
  }
  const dataDir = resolve(process.env.OMNIRAG_DATA_DIR || '.omnirag');
  const url = process.env.DATABASE_URL || (await runningDatabaseUrl(dataDir));
  if (!url) {
    throw new Error(`No system is running on ${dataDir}. Start it (npm start) or set DATABASE_URL.`);
  }
  const db = openDatabase({ url, poolMax: 1 });
  try {
    console.log(await command.run({ db, openContainer: () => openContainer(dataDir, url) }, args));
    return 0;
  } finally {
    await db.destroy();
  }
}

/** With the settings of the environment, and what it leaves out from the system that runs on the data folder. */
async function openContainer(dataDir: string, databaseUrl: string): Promise<Container> {
  const running = await runningSettings(dataDir, process.env);
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const env = { DATABASE_POOL_MAX: '5', ...running, ...given, DATABASE_URL: databaseUrl };
  // The SDK reads its credentials itself.
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const) {
    const value = running?.[name];
    if (value !== undefined) process.env[name] ||= value;
  }
  return inBackground(buildContainer(readConfig(env)));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known = translatePostgresError(error);
  console.error(known instanceof Error ? known.message : String(known));
  process.exitCode = 1;
}
