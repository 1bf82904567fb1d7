import { withClient } from '#localstack/postgres/with-client.ts';

/** All functions share one process here, and with it their pools. */
export const LOCAL_POOL_MAX = 10;
/** The functions hold one pool for requests and one for background work, the stream of contents one. */
const POOLS = 3;
/** Migrations, and `npm run admin` beside a running system: one connection for itself, five for what it runs. */
const TOOLS = 6;

interface Room {
  most: number;
  setting: string;
}

/**
 * Refuses to start with more connections than the database lets in: the first busy hour would find out otherwise.
 * @throws Error that names both settings
 */
export async function assertConnectionBudget(databaseUrl: string, poolMax: number): Promise<void> {
  const needed = POOLS * poolMax + TOOLS;
  const { most, setting } = await withClient({ connectionString: databaseUrl }, async (client) => {
    // -1 stands for no limit; what is reserved for others is not for us.
    const { rows } = await client.query<{ server: number; database: number; role: number }>(`
      select current_setting('max_connections')::int - case when rolsuper then 0 else
               current_setting('superuser_reserved_connections')::int
               + coalesce(current_setting('reserved_connections', true)::int, 0) end as server,
             datconnlimit as database, rolconnlimit as role
      from pg_roles, pg_database where rolname = current_user and datname = current_database()`);
    const [limits] = rows;
    if (!limits) throw new Error('The database did not report how many connections it allows.');
    const rooms: Room[] = [
      { most: limits.server, setting: 'max_connections minus reserved connections' },
      { most: limits.database, setting: 'the connection limit of the database' },
      { most: limits.role, setting: 'the connection limit of the role' },
    ];
    return rooms.filter((room) => room.most >= 0).reduce((least, room) => (room.most < least.most ? room : least));
  });
  if (needed <= most) return;
  const fitting = Math.floor((most - TOOLS) / POOLS);
  throw new Error(
    `DATABASE_POOL_MAX=${poolMax} needs up to ${needed} connections, but ${setting} of DATABASE_URL is ${most}: ` +
      (fitting > 0
        ? `set DATABASE_POOL_MAX to ${fitting} or less, or raise that limit.`
        : `raise that limit to ${needed} or more.`),
  );
}
