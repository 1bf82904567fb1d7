import { readFile } from 'node:fs/promises';
import { type Kysely, sql } from 'kysely';
import { ACROSS_ROLE } from '#shared/db/roles.ts';
import { ensureRoles } from './roles.ts';

const TABLES = ['accounts', 'audit', 'files', 'passages', 'keyword-index', 'drive', 'turns', 'protection'];
const FUNCTIONS = ['accounts', 'files', 'vector-store', 'drive', 'stand-in-line', 'claim-pending-chunks'];

const OPEN = ['f.deleted_at is null', 'f.duplicate_of is null'];
/** Tables of work that wait for turns, and what functions/claim-turn.sql has to say of each. */
const LINES = [
  {
    name: 'claim_turn',
    table: 'files',
    waiting: ['f.lease_holder is null', "f.status in ('STORED', 'EXTRACTED', 'CHUNKED')", ...OPEN].join(' and '),
    open: OPEN.join(' and '),
  },
  { name: 'claim_turn_of_arrivals', table: 'arrivals', waiting: 'f.lease_holder is null', open: 'true' },
];

/** Everything that the first release had. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await ensureRoles(db);
  for (const name of TABLES) await run(db, name);
  // What works across people belongs to the role that may, and nobody but the product calls it.
  await sql`set local role ${sql.id(ACROSS_ROLE)}`.execute(db);
  for (const name of FUNCTIONS) await run(db, `functions/${name}`);
  for (const line of LINES) await run(db, 'functions/claim-turn', line);
  await run(db, 'functions/grants');
  await sql`reset role`.execute(db);
  await run(db, 'triggers');
}

/** @param values what stands for the words in braces */
async function run(db: Kysely<unknown>, name: string, values: Record<string, string> = {}): Promise<void> {
  const text = await readFile(new URL(`baseline/${name}.sql`, import.meta.url), 'utf8');
  const statements = Object.entries(values).reduce((done, [word, value]) => done.replaceAll(`{${word}}`, value), text);
  await sql.raw(statements).execute(db);
}
