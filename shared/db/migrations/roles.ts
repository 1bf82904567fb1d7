import { type Kysely, sql } from 'kysely';
import { ACROSS_ROLE, APP_ROLE } from '#shared/db/roles.ts';

const INSUFFICIENT_PRIVILEGE = '42501';
/** Another database of the server was migrated at the same moment and made the role first. */
const MADE_MEANWHILE = new Set(['42710', '23505', 'XX000']);

/** An account that must not make roles is told what an administrator has to run once. */
export class RolesMissingError extends Error {
  override readonly name = 'RolesMissingError';

  constructor(user: string, cause: unknown) {
    super(
      [
        'The database role is not allowed to create the roles that separate users. Let a database administrator run this once:',
        `  create role ${APP_ROLE} nologin;`,
        `  create role ${ACROSS_ROLE} nologin;`,
        `  grant ${APP_ROLE}, ${ACROSS_ROLE} to "${user}";`,
        `  grant usage, create on schema public to ${ACROSS_ROLE};`,
      ].join('\n'),
      { cause },
    );
  }
}

/**
 * Makes the roles that row-level security tells apart, and lets the connecting account take them on. Roles belong to the
 * whole server: they may be there already.
 * @throws RolesMissingError
 */
export async function ensureRoles(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ user: string }>`select current_user as user`.execute(db);
  const user = rows[0]?.user ?? '';
  try {
    for (const role of [APP_ROLE, ACROSS_ROLE]) await ensureRole(db, user, role);
    await ensureCanCreate(db);
  } catch (error) {
    if (codeOf(error) === INSUFFICIENT_PRIVILEGE) throw new RolesMissingError(user, error);
    throw error;
  }
}

async function ensureRole(db: Kysely<unknown>, user: string, role: string): Promise<void> {
  const { rows: found } = await sql`select from pg_roles where rolname = ${role}`.execute(db);
  if (found.length === 0) await orMeanwhile(db, sql`create role ${sql.id(role)} nologin`);
  // From PostgreSQL 16 on, who makes a role is its member without being allowed to take it on.
  const { rows } = await sql<{ may: boolean }>`
    select pg_has_role(${user}::name, ${role}::name,
      case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) as may`.execute(db);
  if (!rows[0]?.may) await orMeanwhile(db, sql`grant ${sql.id(role)} to ${sql.id(user)}`);
}

/** A function can be given only to a role that may create in its schema. */
async function ensureCanCreate(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ may: boolean }>`
    select has_schema_privilege(${ACROSS_ROLE}, 'public', 'create') as may`.execute(db);
  if (!rows[0]?.may) await sql`grant usage, create on schema public to ${sql.id(ACROSS_ROLE)}`.execute(db);
}

/** Runs a statement that another migration of the same server may have run just before. */
async function orMeanwhile(db: Kysely<unknown>, statement: ReturnType<typeof sql>): Promise<void> {
  await sql`savepoint meanwhile`.execute(db);
  try {
    await statement.execute(db);
  } catch (error) {
    if (!MADE_MEANWHILE.has(codeOf(error))) throw error;
    await sql`rollback to savepoint meanwhile`.execute(db);
  }
  await sql`release savepoint meanwhile`.execute(db);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
