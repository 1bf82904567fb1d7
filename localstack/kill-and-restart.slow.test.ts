import { randomUUID } from 'node:crypto';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKillableSystem, type KillableSystem } from '#localstack/testing/killable-system.ts';
import { createQdrantVectorIndex } from '#shared/adapters/qdrant/qdrant-vector-index.ts';
import type { FileView } from '#shared/api/files.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { newPerson, type Person, renewed, untilSettled, uploadBytes } from '#testing/person.ts';

/** How often the whole process group is killed; `OMNIRAG_KILLS` asks for more. */
const KILLS = Number(process.env.OMNIRAG_KILLS ?? 3);
const FILES_A_ROUND = 4;
const PDF_PAGES = 40;
const LONGEST_LIFE_MS = 6_000;

let system: KillableSystem;
beforeAll(async () => {
  system = await createKillableSystem();
});
afterAll(() => system.remove());

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
  await system.start();
  const person = await newPerson(system.url);
  const accepted: FileView[] = [];
  for (let round = 0; round < KILLS; round += 1) {
    const lifetime = Math.random() * LONGEST_LIFE_MS;
    const uploading = uploadRound(person, round);
    await new Promise((resume) => setTimeout(resume, lifetime));
    await system.kill();
    accepted.push(...(await uploading));
    await system.start();
    // One at most is that of a worker of this start: those that the kill broke off are nobody's fault.
    const [most] = await system.query<{ attempts: number }>(
      'select greatest((select max(attempts) from files), (select max(attempts) from arrivals), 0) as attempts',
    );
    expect(most?.attempts).toBeLessThanOrEqual(1);
  }

  const client = await renewed(person, system.url);
  const settled = await Promise.all(accepted.map((file) => untilSettled(client, file.id, 120_000)));
  console.info(`${KILLS} kills; ${settled.length} accepted files`);
  for (const file of settled) {
    expect(file).toMatchObject({ status: 'READY', error: null, progress: { pages: PDF_PAGES, chunks: PDF_PAGES } });
  }
  await expectExactCounts(person.id, accepted);
  expect(await deadLetters()).toEqual({ intake: 0, accept: 0, extract: 0, chunk: 0, embed: 0, publish: 0 });
});

/** In PostgreSQL and in the vector store: each accepted file's chunks once, no vector left behind, nothing else. */
async function expectExactCounts(userId: string, accepted: readonly FileView[]): Promise<void> {
  const rows = await system.query<{ file_id: string; chunks: number; synced: number; vectors: number }>(
    `select file_id, count(*)::int as chunks, count(*) filter (where sync_status = 'SYNCED')::int as synced,
       count(dense_vector)::int + count(sparse_values)::int as vectors
     from chunks where file_id = any($1) group by file_id`,
    [accepted.map((file) => file.id)],
  );
  expect(rows).toHaveLength(accepted.length);
  for (const row of rows) expect(row).toMatchObject({ chunks: PDF_PAGES, synced: PDF_PAGES, vectors: 0 });

  const { QDRANT_API_KEY } = await system.secrets();
  const index = createQdrantVectorIndex({
    url: `http://127.0.0.1:${system.ports.QDRANT_PORT}`,
    apiKey: QDRANT_API_KEY,
    collection: 'ragbase_hybrid',
    tenancy: 'collection-per-user',
    timeoutMs: 10_000,
  });
  const points = await Promise.all(accepted.map((file) => index.count(userId, file.id)));
  expect(points).toEqual(accepted.map(() => PDF_PAGES));
}

async function deadLetters(): Promise<Record<string, number>> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = await system.secrets();
  const sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${system.ports.SQS_PORT}`,
    credentials: { accessKeyId, secretAccessKey },
  });
  const counts = ['intake', 'accept', 'extract', 'chunk', 'embed', 'publish'].map(async (queue) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `omnirag-${queue}-dlq` }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return [queue, Number(Attributes?.ApproximateNumberOfMessages)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}
