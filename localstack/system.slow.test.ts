import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { isSameProcess, startOfProcess } from './process/identity.ts';
import { findFreePort } from './process/ports.ts';
import { runningSettings } from './supervisor/addresses.ts';
import { type TemporaryService, writeTemporaryService } from './testing/temporary-service.ts';
import { TRIVIAL_SERVICE } from './testing/trivial-service.ts';

interface SystemFacts {
  url: string;
  env: Record<string, string>;
  parts: Array<{ name: string; pid: number }>;
  notices: string[];
  seconds: number;
}

let service: TemporaryService;
let dataDir: string;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  service = await writeTemporaryService(TRIVIAL_SERVICE);
  dataDir = await mkdtemp(join(tmpdir(), 'omnirag-system-'));
});
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});
afterAll(async () => {
  await Promise.all([service.remove(), rm(dataDir, { recursive: true, force: true })]);
});

/** Starts a system in a process of its own, so that it can be killed. */
async function start(settings: Record<string, string> = {}): Promise<{ child: ChildProcess; facts: SystemFacts }> {
  const child = fork(fileURLToPath(new URL('./testing/run-system.ts', import.meta.url)), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {
      ...process.env,
      PORT: '0',
      EMBEDDING_MODEL: 'hashing-384',
      OMNIRAG_DATA_DIR: dataDir,
      SERVICE_DIR: service.dir,
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const facts = await new Promise<SystemFacts>((resolve, reject) => {
    child.once('message', (message) => resolve(message as SystemFacts));
    child.once('close', () => reject(new Error(errors)));
  });
  return { child, facts };
}

async function identities(facts: SystemFacts): Promise<Array<{ pid: number; start: string }>> {
  const pids = [...facts.parts.map((part) => part.pid), await postmasterPid()];
  return Promise.all(pids.map(async (pid) => ({ pid, start: (await startOfProcess(pid)) ?? '' })));
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** The addresses on which the process and its children listen, in hexadecimal. */
async function listening(pid: number): Promise<{ address: string; port: number }[]> {
  const folders = [pid, ...(await childrenOf(pid))];
  const sockets = new Set<string>();
  for (const one of folders) {
    for (const fd of await readdir(`/proc/${one}/fd`)) {
      const link = await readlink(`/proc/${one}/fd/${fd}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode !== undefined) sockets.add(inode);
    }
  }
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/self/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables
    .join('\n')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && sockets.has(fields[9] ?? ''))
    .map(([, local = '']) => ({
      address: local.split(':')[0] ?? '',
      port: Number.parseInt(local.split(':')[1] ?? '', 16),
    }));
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.trim() === '' ? [] : text.trim().split(' ').map(Number);
}

const LOOPBACK = new Set(['0100007F', '00000000000000000000000001000000', '0000000000000000FFFF00000100007F']);

/** How many of its ports anybody on the network may reach. */
async function openToAll(pid: number): Promise<number> {
  return (await listening(pid)).filter(({ address }) => !LOOPBACK.has(address)).length;
}

async function alive(processes: Array<{ pid: number; start: string }>): Promise<number> {
  const lives = await Promise.all(processes.map(({ pid, start }) => isSameProcess(pid, start)));
  return lives.filter((lives) => lives).length;
}

const s3Of = ({ env }: SystemFacts): S3Client =>
  new S3Client({
    endpoint: env.S3_ENDPOINT ?? '',
    region: 'us-east-1',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' },
  });

async function query(facts: SystemFacts, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: facts.env.DATABASE_URL });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it('starts every part, connects them, and stops within 5 s with nothing left', async () => {
  const { child, facts } = await start({ RERANK_MODEL: 'tiny/cross-encoder', SPARSE_MODEL: 'tiny/splade' });
  expect(facts.parts.map((part) => part.name).sort()).toEqual([
    'function-urls',
    'functions',
    'google',
    'models',
    'postgres',
    'qdrant',
    's3',
    'sqs',
  ]);
  expect(facts.env).toMatchObject({ OMNIRAG_ENV: 'local', PUBLIC_URL: facts.url, EMBEDDING_MODEL: 'hashing-384' });
  const { EMBEDDING_URL } = facts.env;
  expect(facts.env).toMatchObject({ RERANK_URL: EMBEDDING_URL, SPARSE_URL: EMBEDDING_URL });
  const seen = (await (await fetch(`${facts.url}/env`)).json()) as Record<string, string>;
  for (const name of [
    'DATABASE_URL',
    'S3_ENDPOINT',
    'SQS_ENDPOINT',
    'QDRANT_URL',
    'EMBEDDING_URL',
    'RERANK_URL',
    'SPARSE_URL',
    'GOOGLE_API_ROOT',
    'JWT_SECRET',
    'STREAM_URL',
  ]) {
    expect(seen[name], name).toBe(facts.env[name]);
  }
  expect(await (await fetch(`${facts.env.STREAM_URL}/any?token=t`)).text()).toBe('streamed t');

  // A bucket event travels through SQS to its function, which writes the key into the database.
  const s3 = s3Of(facts);
  await s3.send(new PutObjectCommand({ Bucket: facts.env.S3_INCOMING_BUCKET, Key: 'drop/a b', Body: 'x' }));
  await expect.poll(() => query(facts, 'SELECT key FROM seen'), { timeout: 10_000 }).toEqual([{ key: 'drop/a+b' }]);
  // Scheduled functions were called once at the start.
  await expect.poll(() => query(facts, 'SELECT count(*)::int FROM swept'), { timeout: 10_000 }).toEqual([{ count: 1 }]);

  const processes = await identities(facts);
  expect(await alive(processes)).toBe(9);
  const asked = performance.now();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(performance.now() - asked).toBeLessThan(5000);
  expect(code).toBe(0);
  expect(await alive(processes)).toBe(0);
});

it.runIf(process.platform === 'linux')(
  'lets nobody call a function, or ask a part, who does not know its secret, however the system listens',
  async () => {
    const { facts } = await start({ HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:1' });
    // PUBLIC_URL says nothing of the port here; the Lambda API is what listens on this machine alone.
    const functions = facts.parts.find(({ name }) => name === 'functions')?.pid ?? 0;
    const lambda = (await listening(functions)).find(({ address }) => LOOPBACK.has(address))?.port;
    const attempts: [string, string, RequestInit][] = [
      [
        'Lambda',
        `http://127.0.0.1:${lambda}/2015-03-31/functions/trivial-local-env/invocations`,
        { method: 'POST', body: '{}' },
      ],
      [
        'Lambda',
        `http://127.0.0.1:${lambda}/2014-11-13/functions/trivial-local-env/invoke-async/`,
        { method: 'POST', body: '{}' },
      ],
      [
        'Lambda preflight',
        `http://127.0.0.1:${lambda}/2015-03-31/functions/trivial-local-env/invocations`,
        { method: 'OPTIONS' },
      ],
      [
        'SQS',
        facts.env.SQS_ENDPOINT ?? '',
        { method: 'POST', headers: { 'content-type': 'application/x-amz-json-1.0' }, body: '{}' },
      ],
      ['S3', `${facts.env.S3_ENDPOINT}/${facts.env.S3_BUCKET}`, {}],
      ['Qdrant', `${facts.env.QDRANT_URL}/collections`, {}],
      ['models', `${facts.env.EMBEDDING_URL}/v1/embeddings`, { method: 'POST', body: '{"input":"a"}' }],
      ['Google', `${facts.env.GOOGLE_API_ROOT}/standin/accounts`, {}],
    ];
    for (const [part, address, init] of attempts) {
      const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
      const answer = await fetch(address, { ...init, headers: { ...headers, ...init.headers } });
      expect([401, 403], `${part} answered ${answer.status}`).toContain(answer.status);
      expect(answer.headers.get('access-control-allow-origin'), part).toBeNull();
    }
    const open = await Promise.all(facts.parts.map(async ({ name, pid }) => [name, await openToAll(pid)]));
    // What is for clients is the HTTP API, the buckets and the streams.
    expect(Object.fromEntries(open)).toEqual({
      ...{ functions: 1, 'function-urls': 1, s3: 1 },
      ...{ postgres: 0, sqs: 0, qdrant: 0, models: 0, google: 0 },
    });
    const postgres = new URL(facts.env.DATABASE_URL ?? '');
    postgres.password = 'a guess';
    await expect(new pg.Client({ connectionString: postgres.href }).connect()).rejects.toThrow(
      'password authentication',
    );
  },
);

it('starts only what is not given', async () => {
  const { facts } = await start();
  const otherDir = await mkdtemp(join(tmpdir(), 'omnirag-system-'));
  const names = [
    'DATABASE_URL',
    'S3_ENDPOINT',
    'SQS_ENDPOINT',
    'QDRANT_URL',
    'QDRANT_API_KEY',
    'EMBEDDING_URL',
    'EMBEDDING_API_KEY',
    'GOOGLE_CLIENT_ID',
    'GOOGLE_CLIENT_SECRET',
  ];
  const credentials = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
  const given = Object.fromEntries([...names, ...credentials].map((name) => [name, facts.env[name] ?? '']));
  try {
    const second = await start({ ...given, OMNIRAG_DATA_DIR: otherDir });
    expect(second.facts.parts.map((part) => part.name).sort()).toEqual(['function-urls', 'functions']);
    expect(second.facts.env).toMatchObject(given);
    expect(await (await fetch(`${second.facts.url}/env`)).json()).toMatchObject(given);
  } finally {
    await rm(otherDir, { recursive: true, force: true });
  }
});

it('in production serves the model of MODEL_DIR itself, under a key of the run', async () => {
  const { facts } = await start();
  const productionDir = await mkdtemp(join(tmpdir(), 'omnirag-production-'));
  await writeTinyEmbeddingModel({ modelDir: join(productionDir, 'models'), modelId: 'tiny/words', words: ['wing'] });
  const names = ['DATABASE_URL', 'S3_ENDPOINT', 'SQS_ENDPOINT', 'QDRANT_URL', 'QDRANT_API_KEY', 'JWT_SECRET'];
  const secrets = ['APP_ENCRYPTION_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
  const given = Object.fromEntries([...names, ...secrets].map((name) => [name, facts.env[name] ?? '']));
  const addresses = { PUBLIC_URL: 'https://rag.example.com', STREAM_URL: 'https://rag.example.com' };
  try {
    const second = await start({
      ...given,
      ...addresses,
      OMNIRAG_ENV: 'production',
      EMBEDDING_MODEL: 'tiny/words',
      OMNIRAG_DATA_DIR: productionDir,
    });
    expect(second.facts.parts.map((part) => part.name).sort()).toEqual(['function-urls', 'functions', 'models']);
    const { EMBEDDING_URL, EMBEDDING_API_KEY = '' } = second.facts.env;
    expect(EMBEDDING_API_KEY.length).toBeGreaterThan(40);
    const ask = (key: string) =>
      fetch(`${EMBEDDING_URL}/v1/embeddings`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ input: ['wing'], model: 'tiny/words' }),
      });
    expect([(await ask(EMBEDDING_API_KEY)).status, (await ask('another')).status]).toEqual([200, 401]);
    // Whoever administers it beside it has no key to the host, and so embeds by the files.
    const beside = await runningSettings(productionDir, given);
    expect(beside).toMatchObject({ OMNIRAG_ENV: 'production', EMBEDDING_MODEL: 'tiny/words' });
    expect(beside).not.toHaveProperty('EMBEDDING_URL');
    expect(await readdir(productionDir)).not.toContain('secrets.json');
  } finally {
    await rm(productionDir, { recursive: true, force: true });
  }
});

it('keeps the ports of its data folder over restarts and kills, and says which part had to move', async () => {
  const own = await mkdtemp(join(tmpdir(), 'omnirag-ports-'));
  const addresses = ({ env }: SystemFacts) =>
    [
      'DATABASE_URL',
      'S3_PUBLIC_ENDPOINT',
      'SQS_ENDPOINT',
      'QDRANT_URL',
      'EMBEDDING_URL',
      'GOOGLE_API_ROOT',
      'STREAM_URL',
    ].map((name) => new URL(env[name] ?? '').port);
  try {
    const first = await start({ OMNIRAG_DATA_DIR: own });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await start({ OMNIRAG_DATA_DIR: own });
    expect(addresses(second.facts)).toEqual(addresses(first.facts));
    expect(second.facts.notices.filter((text) => text.includes('Port'))).toEqual([]);
    second.child.kill('SIGTERM');
    await once(second.child, 'exit');

    const taken = Number(new URL(first.facts.env.S3_PUBLIC_ENDPOINT ?? '').port);
    const another = createServer();
    await new Promise<void>((resolve) => another.listen(taken, '127.0.0.1', resolve));
    const third = await start({ OMNIRAG_DATA_DIR: own }).finally(() => another.close());
    expect(third.facts.notices.join()).toContain(`Port ${taken}, which s3 used before, is in use`);
    expect(Number(new URL(third.facts.env.S3_PUBLIC_ENDPOINT ?? '').port)).not.toBe(taken);
    expect(addresses(third.facts).filter((_, at) => at !== 1)).toEqual(
      addresses(first.facts).filter((_, at) => at !== 1),
    );
    third.child.kill('SIGTERM');
    await once(third.child, 'exit');
  } finally {
    await rm(own, { recursive: true, force: true });
  }
});

it('keeps every file and folder for its own account, also those that an earlier version left open', async () => {
  const own = await mkdtemp(join(tmpdir(), 'omnirag-modes-'));
  try {
    await mkdir(join(own, 'google'));
    await writeFile(join(own, 'ports.json'), '{}', { mode: 0o644 });
    await chmod(join(own, 'google'), 0o755);
    const { child, facts } = await start({ OMNIRAG_DATA_DIR: own });
    await s3Of(facts).send(new PutObjectCommand({ Bucket: facts.env.S3_BUCKET, Key: 'a', Body: 'x' }));
    const open: string[] = [];
    for (const entry of await readdir(own, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      // PostgreSQL and SQLite make and remove files meanwhile.
      const mode = await stat(path).then(
        (found) => found.mode & 0o777,
        () => 0,
      );
      if ((mode & 0o077) !== 0) open.push(`${path} ${mode.toString(8)}`);
    }
    expect(open).toEqual([]);
    // PostgreSQL, which does not run as root, has to pass through.
    expect((await stat(own)).mode & 0o777).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
    child.kill('SIGTERM');
    await once(child, 'exit');
  } finally {
    await rm(own, { recursive: true, force: true });
  }
});

const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

it.skipIf(outside === undefined).each(['0.0.0.0', outside ?? ''])(
  'with HOST=%s lets other machines in where clients go',
  async (HOST) => {
    const port = await findFreePort('0.0.0.0');
    const url = `http://${outside}:${port}`;
    const { facts } = await start({ HOST, PORT: String(port), ...(HOST === '0.0.0.0' ? { PUBLIC_URL: url } : {}) });
    expect(facts.url).toBe(url);
    const { S3_PUBLIC_ENDPOINT = '', STREAM_URL, S3_INCOMING_BUCKET } = facts.env;
    for (const address of [S3_PUBLIC_ENDPOINT, STREAM_URL]) expect(new URL(address ?? '').hostname).toBe(outside);
    expect((await fetch(`${url}/env`)).status).toBe(200);
    expect(await (await fetch(`${STREAM_URL}/any?token=t`)).text()).toBe('streamed t');
    const put = new PutObjectCommand({ Bucket: S3_INCOMING_BUCKET, Key: `from/${HOST}` });
    const signed = await getSignedUrl(s3Of({ ...facts, env: { ...facts.env, S3_ENDPOINT: S3_PUBLIC_ENDPOINT } }), put);
    expect((await fetch(signed, { method: 'PUT', body: 'x' })).status).toBe(200);
    await expect
      .poll(() => query(facts, `SELECT key FROM seen WHERE key = 'from/${HOST}'`), { timeout: 10_000 })
      .toHaveLength(1);
    for (const name of ['DATABASE_URL', 'SQS_ENDPOINT', 'QDRANT_URL', 'EMBEDDING_URL', 'GOOGLE_API_ROOT']) {
      const inner = new URL(facts.env[name] ?? '');
      await expect(fetch(`http://${outside}:${inner.port}`), name).rejects.toThrow('fetch failed');
    }
  },
);

it('refuses a second start on the same data, naming the process', async () => {
  const { child } = await start();
  await expect(start()).rejects.toThrow(`process ${child.pid}`);
});

it('names a busy port and its setting and starts nothing', async () => {
  const port = await findFreePort('127.0.0.1');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    await expect(start({ S3_PORT: String(port) })).rejects.toThrow(
      `S3_PORT: port ${port} is in use; set S3_PORT to another port`,
    );
    await expect(readFile(join(dataDir, 'run.json'))).rejects.toThrow('ENOENT');
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

it('leaves no process behind when it is killed, and goes on where it stopped', async () => {
  const first = await start();
  await s3Of(first.facts).send(
    new PutObjectCommand({ Bucket: first.facts.env.S3_BUCKET, Key: 'kept', Body: 'over a kill' }),
  );
  await query(first.facts, "INSERT INTO seen VALUES ('kept')");
  const processes = await identities(first.facts);
  first.child.kill('SIGKILL');
  // The parts notice that their supervisor is gone.
  await expect.poll(() => alive(processes), { timeout: 5000 }).toBe(0);

  const second = await start();
  expect(await query(second.facts, "SELECT key FROM seen WHERE key = 'kept'")).toEqual([{ key: 'kept' }]);
  const { env } = second.facts;
  const kept = await s3Of(second.facts).send(new GetObjectCommand({ Bucket: env.S3_BUCKET, Key: 'kept' }));
  expect(await kept.Body?.transformToString()).toBe('over a kill');
  expect(env.JWT_SECRET).toBe(first.facts.env.JWT_SECRET);
});

it('starts a part again that broke down, at the same address', async () => {
  const { facts } = await start();
  for (const name of ['functions', 'postgres', 's3']) {
    process.kill(facts.parts.find((part) => part.name === name)?.pid ?? 0, 'SIGKILL');
  }
  const works = async (): Promise<boolean> => {
    const answer = await fetch(`${facts.url}/env`).catch(() => undefined);
    const env = (await answer?.json()) as Record<string, string> | undefined;
    const rows = await query(facts, 'SELECT 1 AS one').catch(() => []);
    const listed = await fetch(facts.env.S3_ENDPOINT ?? '').catch(() => undefined);
    return env?.DATABASE_URL === facts.env.DATABASE_URL && rows.length === 1 && listed?.status === 403;
  };
  await expect.poll(works, { timeout: 20_000, interval: 200 }).toBe(true);
  await s3Of(facts).send(new PutObjectCommand({ Bucket: facts.env.S3_INCOMING_BUCKET, Key: 'after', Body: 'x' }));
  const seen = () => query(facts, "SELECT key FROM seen WHERE key = 'after'");
  await expect.poll(seen, { timeout: 10_000 }).toEqual([{ key: 'after' }]);
});

it('ends a PostgreSQL whose guardian was killed, at the next start as when it stops', async () => {
  const first = await start();
  const processes = await identities(first.facts);
  const guardian = first.facts.parts.find((part) => part.name === 'postgres')?.pid ?? 0;
  process.kill(guardian, 'SIGKILL');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  await expect.poll(() => alive(processes), { timeout: 5000 }).toBe(1);
  expect(await isSameProcess(await postmasterPid(), processes.at(-1)?.start ?? '')).toBe(true);
  const second = await start();
  expect(await alive(processes)).toBe(0);
  expect(await query(second.facts, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

  // On a busy machine a checkpoint outlasts the guardian's grace; whoever removes the data folder then must be alone.
  const orphaned = await identities(second.facts);
  process.kill(second.facts.parts.find((part) => part.name === 'postgres')?.pid ?? 0, 'SIGKILL');
  second.child.kill('SIGTERM');
  expect(await once(second.child, 'exit')).toEqual([0, null]);
  expect(await alive(orphaned)).toBe(0);
});
