import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiProblem, createApiClient, registerAccount, signIn } from '#cli/api-client.ts';
import { type FileOutcome, followFile } from '#cli/follow-file.ts';
import { createProgress } from '#cli/progress.ts';
import { writeAtomic } from '#localstack/process/write-atomic.ts';
import { readAddresses } from '#localstack/supervisor/addresses.ts';
import type { SessionView } from '#shared/api/accounts.ts';
import { seedFiles } from './seed-files.ts';

const USAGE = `npm run seed [-- --url URL --username NAME --password PASSWORD]

Creates an account ("seed" by default) with twenty files of all kinds in a running system (by default the one of
OMNIRAG_DATA_DIR, .omnirag), waits until they can be searched, and prints how to sign in. If no password is given, it
generates one and keeps it in seed.json in that folder. Running it again adds only what is missing.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      username: { type: 'string', default: 'seed' },
      password: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const dataDir = resolve(process.env.OMNIRAG_DATA_DIR || '.omnirag');
  const url = (values.url ?? (await readAddresses(dataDir))?.PUBLIC_URL)?.replace(/\/$/, '');
  if (!url) throw new Error(`No system is running on ${dataDir}. Start it (npm start) or give its address with --url.`);
  const kept = await readKept(dataDir);
  const account = `${values.username} at ${url}`;
  const password = values.password ?? kept[account] ?? randomBytes(12).toString('base64url');
  const session = await openSession(url, values.username, password);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeAtomic(pathOfKept(dataDir), JSON.stringify({ ...kept, [account]: password }, null, 2), 0o600);

  const outcomes = await storeFiles(url, session);
  // It says itself what to do: another machine has the model, and the file is read once it is there.
  const isMissingModel = ({ error }: FileOutcome): boolean => error?.code === 'MODEL_UNAVAILABLE';
  for (const { filename, error } of outcomes) {
    if (error) console.log(`${filename}: ${error.code} — ${error.message}`);
  }
  const ready = outcomes.filter(({ status }) => status === 'READY');
  console.log(`
${ready.length} of ${outcomes.length} files can be searched.
Address    ${url}
Login      ${session.user.username}
Password   ${password}`);
  return outcomes.every((outcome) => outcome.status === 'READY' || isMissingModel(outcome)) ? 0 : 1;
}

/** Of a new account, or of the one that is there. @throws Error when that has another password; ApiProblem */
async function openSession(url: string, username: string, password: string): Promise<SessionView> {
  try {
    return await registerAccount(url, { email: `${username}@example.org`, username, password });
  } catch (error) {
    if (codeOf(error) !== 'ACCOUNT_EXISTS') throw error;
  }
  return signIn(url, { login: username, password }).catch((error: unknown) => {
    if (codeOf(error) !== 'INVALID_CREDENTIALS') throw error;
    throw new Error(
      `The account "${username}" already exists with a different password. Give its password with --password, or another name with --username.`,
    );
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof ApiProblem ? error.problem.code : undefined;
}

/** Uploads all files side by side, each under its name, so that none is there twice, and follows each to its end. */
async function storeFiles(url: string, session: SessionView): Promise<FileOutcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'omnirag-seed-'));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const progress = createProgress(false);
  try {
    const client = createApiClient(url, session.accessToken);
    return await Promise.all(
      [...(await seedFiles())].map(async ([name, bytes]) => {
        const path = join(folder, name);
        await writeFile(path, bytes);
        return followFile(client, path, progress.add(path), interrupted.signal, `seed/${name}`);
      }),
    );
  } finally {
    progress.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Passwords by account and address. */
async function readKept(dataDir: string): Promise<Record<string, string>> {
  const text = await readFile(pathOfKept(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return JSON.parse(text) as Record<string, string>;
}

function pathOfKept(dataDir: string): string {
  return join(dataDir, 'seed.json');
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
