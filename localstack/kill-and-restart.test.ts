import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiClient, createApiClient } from '#cli/api-client.ts';
import { findFreePort } from '#localstack/process/ports.ts';
import type { Secrets } from '#localstack/secrets/secrets.ts';
import { createQdrantVectorIndex } from '#shared/adapters/qdrant/qdrant-vector-index.ts';
import type { SessionView } from '#shared/api/accounts.ts';
import type { FileView } from '#shared/api/files.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

/** How often the whole process group is killed; `OMNIRAG_KILLS` asks for more. */
const KILLS = Number(process.env.OMNIRAG_KILLS ?? 3);
const FILES_A_ROUND = 4;
const PDF_PAGES = 40;
const LONGEST_LIFE_MS = 6_000;
const PORTS = ['PORT', 'POSTGRES_PORT', 'SQS_PORT', 'QDRANT_PORT'] as const;

let dataDir: string;
let env: Record<(typeof PORTS)[number], string>;
let launcher: ChildProcess | undefined;
const url = (): string => `http://127.0.0.1:${env.PORT}`;

/** `npm start` in a process group of its own, up to its last start-up line. */
async function start(): Promise<void> {
  const child = spawn(process.execPath, ['localstack/start.ts'], {
    detached: true,
    env: { ...process.env, ...env, OMNIRAG_DATA_DIR: dataDir, EMBEDDING_MODEL: 'hashing-384', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  launcher = child;
  const output: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      output.push(`${line}\n`);
      if (line.startsWith('OmniRAG is ready at ')) return;
    }
    throw new Error(`npm start ended before it was ready:\n${output.join('')}`);
  })();
  await ready;
  child.stdout.resume();
}

async function killGroup(): Promise<void> {
  const child = launcher;
  if (!child?.pid) return;
  launcher = undefined;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await ended;
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'omnirag-kill-'));
  const chosen: Record<string, string> = {};
  for (const name of PORTS) chosen[name] = String(await findFreePort('127.0.0.1'));
  env = chosen as typeof env;
});

afterAll(async () => {
  if (launcher?.pid) {
    const ended = once(launcher, 'exit');
    process.kill(launcher.pid, 'SIGTERM');
    await ended;
  }
  await rm(dataDir, { recursive: true, force: true });
});

/** Uploads until the system is killed under it. @returns what was accepted: announced, and the bucket took the bytes */
async function uploadRound(person: Person, round: number): Promise<FileView[]> {
  const uploads = Array.from({ length: FILES_A_ROUND }, async (_, n) => {
    // Every file differs, so that none is a duplicate of another; all have the same number of pages and chunks.
    const pages = Array.from(
      { length: PDF_PAGES },
      (_page, index) => `Round ${round}, file ${n}, page ${index}. ${randomUUID()}`,
    );
    return uploadBytes(person, `round-${round}-${n}.pdf`, new Uint8Array(makePdf({ pages })));
  });
  const settled = await Promise.allSettled(uploads);
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

it(`survives ${KILLS} kills of everything at random moments`, { timeout: 90_000 + KILLS * 60_000 }, async () => {
  await start();
  const person = await newPerson(url());
  const accepted: FileView[] = [];
  for (let round = 0; round < KILLS; round += 1) {
    const lifetime = Math.random() * LONGEST_LIFE_MS;
    const uploading = uploadRound(person, round);
    await new Promise((resume) => setTimeout(resume, lifetime));
    await killGroup();
    accepted.push(...(await uploading));
    await start();
  }

  const client = await freshClient(person);
  const settled = await Promise.all(accepted.map((file) => untilSettled(client, file.id, 120_000)));
  console.info(`${KILLS} kills; ${settled.length} accepted files`);
  for (const file of settled) {
    expect(file).toMatchObject({ status: 'READY', error: null, progress: { pages: PDF_PAGES, chunks: PDF_PAGES } });
  }
  await expectExactCounts(person.id, accepted);
  expect(await deadLetters()).toEqual({ intake: 0, extract: 0, chunk: 0, embed: 0, publish: 0 });
});

/** The access token lives 15 minutes, which many kills can outlast. */
async function freshClient(person: Person): Promise<ApiClient> {
  const response = await fetch(`${url()}/auth/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken: person.session.refreshToken }),
  });
  const session = (await response.json()) as SessionView;
  return createApiClient(url(), session.accessToken);
}

async function secrets(): Promise<Secrets> {
  return JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8'));
}

/** In PostgreSQL and in the vector store: each accepted file's chunks once, no vector left behind, nothing else. */
async function expectExactCounts(userId: string, accepted: readonly FileView[]): Promise<void> {
  const { POSTGRES_PASSWORD, QDRANT_API_KEY } = await secrets();
  const database = new pg.Client({
    connectionString: `postgres://postgres:${POSTGRES_PASSWORD}@127.0.0.1:${env.POSTGRES_PORT}/omnirag`,
  });
  await database.connect();
  const { rows } = await database.query<{ file_id: string; chunks: number; synced: number; vectors: number }>(
    `select file_id, count(*)::int as chunks, count(*) filter (where sync_status = 'SYNCED')::int as synced,
       count(dense_vector)::int + count(sparse_values)::int as vectors
     from chunks where file_id = any($1) group by file_id`,
    [accepted.map((file) => file.id)],
  );
  await database.end();
  expect(rows).toHaveLength(accepted.length);
  for (const row of rows) expect(row).toMatchObject({ chunks: PDF_PAGES, synced: PDF_PAGES, vectors: 0 });

  const index = createQdrantVectorIndex({
    url: `http://127.0.0.1:${env.QDRANT_PORT}`,
    apiKey: QDRANT_API_KEY,
    collection: 'ragbase_hybrid',
    tenancy: 'collection-per-user',
    timeoutMs: 10_000,
  });
  const points = await Promise.all(accepted.map((file) => index.count(userId, file.id)));
  expect(points).toEqual(accepted.map(() => PDF_PAGES));
}

async function deadLetters(): Promise<Record<string, number>> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = await secrets();
  const sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${env.SQS_PORT}`,
    credentials: { accessKeyId, secretAccessKey },
  });
  const counts = ['intake', 'extract', 'chunk', 'embed', 'publish'].map(async (queue) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `omnirag-${queue}-dlq` }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return [queue, Number(Attributes?.ApproximateNumberOfMessages)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}
