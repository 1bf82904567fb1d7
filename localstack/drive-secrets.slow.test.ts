import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningSystem, startSystem } from '#localstack/system.ts';
import type { DriveView } from '#shared/api/drive.ts';
import { beginConnecting, connectDrive, type TestDrive } from '#testing/google.ts';
import { newPerson, type Person, until } from '#testing/person.ts';
import { pressConsent } from '#testing/standin-google.ts';

let dataDir: string;
let system: RunningSystem;
let database: pg.Client;
/** Everything that any part has to say, line by line as it says it. */
const logs: string[] = [];
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'omnirag-secrets-'));
  system = await startSystem({
    dataDir,
    env: { ...process.env, PORT: '0', EMBEDDING_MODEL: 'hashing-384', LOG_LEVEL: 'trace' },
    onEvent: (event) => {
      if (event.type === 'log') logs.push(event.line);
    },
  });
  database = new pg.Client({ connectionString: system.env.DATABASE_URL });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await system.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const answers: string[] = [];

/** The person, whose every answer is kept. */
function overheard(person: Person): Person {
  const listen: Person['fetch'] = async (path, init) => {
    const answer = await person.fetch(path, init);
    const headers = JSON.stringify([...answer.headers]);
    answers.push(`${path} ${headers} ${await answer.clone().text()}`);
    return answer;
  };
  return { ...person, fetch: listen };
}

async function untilStatus(person: Person, isSo: (view: DriveView) => boolean): Promise<DriveView> {
  return until('the status to tell', 60_000, async () => {
    const view = (await (await person.fetch('/drive')).json()) as DriveView;
    return isSo(view) ? view : undefined;
  });
}

const interruptions = (): number => logs.filter((line) => line.includes('a Google Drive sync was interrupted')).length;

/** Every row of every table, as text. */
async function dumpDatabase(): Promise<string> {
  const tables = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const dump: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await database.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`);
    dump.push(...rows.map(({ row }) => row));
  }
  return dump.join('\n');
}

/** Every file under the data folder that is not the stand-in's own, and not the secrets'. */
async function dataFiles(): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'secrets.json')
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(dataDir, 'google')));
}

/** A secret as text, in base64 and in hexadecimal. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, encodeURIComponent(secret), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex')];
}

it('no token is in clear in the database, in a log, in an answer or in a data file', { timeout: 300_000 }, async () => {
  const person = overheard(await newPerson(system.url));
  const drive = await connectDrive(
    person,
    [{ id: 'a', name: 'a.txt', content: 'some words' }],
    system.env.GOOGLE_CLIENT_SECRET,
  );
  await drive.sync();
  const secrets = await tokensOf(drive);
  const search = { refresh: secrets.filter((token) => token.startsWith('1//')).length, all: secrets.length };
  expect(search).toEqual({ refresh: 1, all: expect.any(Number) });
  expect(search.all).toBeGreaterThan(2);

  // What goes wrong is told, and must not tell this.
  const begun = await beginConnecting(person);
  const spent = new URL(await pressConsent(begun.authorizationUrl, { account: drive.account, scope: undefined }));
  const refused = await fetch(spent, { headers: { cookie: begun.cookie, accept: 'application/json' } });
  answers.push(await refused.text());
  const code = spent.searchParams.get('code') ?? '';
  for (const [operation, kind] of [
    ['changes.list', 'serverError500'],
    ['files.media', 'truncated'],
    ['token', 'unavailable503'],
  ] as const) {
    await drive.control('POST', '/faults', { account: drive.account, operation, kind, times: 20 });
    await drive.edit('a', { content: `other words ${kind}` });
    const told = interruptions();
    await person.fetch('/drive/sync', { method: 'POST' });
    await until('the failure to be logged', 60_000, async () => (interruptions() > told ? true : undefined));
    await drive.control('DELETE', '/faults');
    await person.fetch('/drive/sync', { method: 'POST' });
    await untilStatus(person, ({ lastError, syncing }) => lastError === null && !syncing);
  }
  secrets.push(...(await tokensOf(drive)), code, system.env.GOOGLE_CLIENT_SECRET ?? '');
  await drive.control('POST', `/drives/${drive.account}/revoke`);
  await person.fetch('/drive/sync', { method: 'POST' });
  await untilStatus(person, ({ status }) => status === 'REAUTH_REQUIRED');

  const dump = await dumpDatabase();
  expect(dump).toContain(drive.account);
  const places: Record<string, Buffer> = { dump: Buffer.from(dump), logs: Buffer.from(logs.join('\n')) };
  places.answers = Buffer.from(answers.join('\n'));
  for (const path of await dataFiles()) places[path] = await readFile(path).catch(() => Buffer.alloc(0));
  const found = Object.entries(places).flatMap(([place, bytes]) =>
    secrets.flatMap((secret) => (spellings(secret).some((spelling) => bytes.includes(spelling)) ? [place] : [])),
  );
  expect(found).toEqual([]);
  const size = Object.values(places).reduce((sum, bytes) => sum + bytes.length, 0);
  console.info(
    `${new Set(secrets).size} secrets in 4 spellings; searched ${dump.length} characters of rows, ${logs.length} lines of logs, ${answers.length} answers and ${Object.keys(places).length - 3} data files, ${Math.round(size / 1e6)} MB: not found`,
  );
});

it('a token that was encrypted for one row does not decrypt in another', { timeout: 120_000 }, async () => {
  const [ada, eve] = [await newPerson(system.url), await newPerson(system.url)];
  const secret = system.env.GOOGLE_CLIENT_SECRET;
  const drives = [await connectDrive(ada, [], secret), await connectDrive(eve, [], secret)] as const;
  for (const drive of drives) await drive.sync();
  await database.query(
    `update drive_connections mine set encrypted_refresh_token = other.encrypted_refresh_token, token_iv = other.token_iv,
       token_auth_tag = other.token_auth_tag, token_key_id = other.token_key_id
     from drive_connections other where mine.user_id = $1 and other.user_id = $2`,
    [eve.id, ada.id],
  );
  await drives[0].control('DELETE', '/requests');
  await eve.fetch('/drive/sync', { method: 'POST' });
  const view = await untilStatus(eve, ({ lastError }) => lastError !== null);
  expect(view.lastError?.code).toBe('INTEGRITY_ERROR');
  expect((await drives[0].requests()).counts.token ?? 0).toBe(0);
});

async function tokensOf(drive: TestDrive): Promise<string[]> {
  const { tokens } = (await drive.control('GET', `/drives/${drive.account}/tokens`)) as { tokens: string[] };
  return tokens;
}
