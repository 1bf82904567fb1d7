import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type ApiClient, createApiClient, registerAccount } from '#cli/api-client.ts';
import { type RunningSystem, startSystem } from '#localstack/system.ts';
import type { SessionView } from '#shared/api/accounts.ts';
import type { FileView } from '#shared/api/files.ts';

const PASSWORD = 'a password for the bench';
/** Uploads and questions under way at once. */
const AT_ONCE = 8;
const TOKEN_MS = 600_000;

export interface BenchPerson {
  id: string;
  /** One that is good for some minutes. */
  token(): Promise<string>;
  search: ApiClient['search'];
  /** Sends texts (an empty one as a blank line) as files of these names and waits until all are READY. @returns their ids, in order */
  add(texts: readonly { name: string; text: string }[], say: (line: string) => void): Promise<string[]>;
}

export interface TemporarySystem {
  system: RunningSystem;
  newPerson(name: string): Promise<BenchPerson>;
  /** What autovacuum does within a minute: searches planned before it, without statistics, take twice as long. */
  vacuum(): Promise<void>;
  stop(): Promise<void>;
}

/** The whole system on free ports, its data in a folder that goes with it. @param env beside the usual settings */
export async function startTemporarySystem(
  env: Record<string, string> = {},
  prepare: (dataDir: string) => Promise<unknown> = async () => undefined,
): Promise<TemporarySystem> {
  const dataDir = await mkdtemp(join(tmpdir(), 'omnirag-bench-'));
  const forget = () => rm(dataDir, { recursive: true, force: true });
  try {
    await prepare(dataDir);
    const system = await startSystem({
      dataDir,
      env: { ...process.env, PORT: '0', EMBEDDING_MODEL: 'hashing-384', LOG_LEVEL: 'error', ...env },
      onEvent: () => undefined,
    });
    return {
      system,
      newPerson: (name) => newPerson(system.url, name),
      vacuum: () => vacuum(system.env.DATABASE_URL),
      async stop() {
        await system.stop();
        await forget();
      },
    };
  } catch (error) {
    await forget();
    throw error;
  }
}

async function vacuum(connectionString: string | undefined): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query('vacuum analyze');
  await client.end();
}

async function newPerson(url: string, name: string): Promise<BenchPerson> {
  const account = { email: `${name}@example.org`, username: name, password: PASSWORD };
  const { user, ...first } = await registerAccount(url, account);
  let [current, since] = [Promise.resolve(first.accessToken), Date.now()];
  const signIn = async (): Promise<string> => {
    const login = { login: name, password: PASSWORD };
    return (await createApiClient(url, '').request<SessionView>('POST', '/auth/login', login)).accessToken;
  };
  /** A token lasts for a quarter of an hour, which a busy machine may take for less than one step. */
  const token = (): Promise<string> => {
    if (Date.now() - since > TOKEN_MS) [current, since] = [signIn(), Date.now()];
    return current;
  };
  const client = async (): Promise<ApiClient> => createApiClient(url, await token());
  return {
    id: user.id,
    token,
    search: async (request) => (await client()).search(request),
    async add(texts, say) {
      const ids = await eachOf(texts, async (text) => send(url, await token(), text));
      say(`${texts.length} files are sent`);
      await eachOf(ids, (id) => untilReady(client, id));
      return ids;
    },
  };
}

/** Some at a time, the answers in order. */
export async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>, atOnce = AT_ONCE): Promise<R[]> {
  const answers: R[] = new Array(items.length);
  const queue = items.entries();
  const workers = Array.from({ length: atOnce }, async () => {
    for (const [at, item] of queue) answers[at] = await work(item);
  });
  await Promise.all(workers);
  return answers;
}

async function send(url: string, token: string, { name, text }: { name: string; text: string }): Promise<string> {
  const body = new FormData();
  body.append('file', new File([text || '\n'], name));
  const response = await fetch(`${url}/files`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } });
  if (response.status !== 202) throw new Error(`POST /files answered ${response.status}: ${await response.text()}`);
  const { file } = (await response.json()) as { file: FileView };
  return file.id;
}

async function untilReady(client: () => Promise<ApiClient>, id: string): Promise<void> {
  for (;;) {
    const { status, error } = await (await client()).file(id);
    if (status === 'READY') return;
    if (status === 'FAILED') throw new Error(`${id} failed: ${error?.message}`);
    await new Promise((resume) => setTimeout(resume, 250));
  }
}
