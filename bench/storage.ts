import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { buildSegment } from '#shared/bm25/segment.ts';
import { asUser } from '#shared/db/as-user.ts';
import { deleteBm25Segments, insertBm25Segment } from '#shared/db/bm25-repository.ts';
import { deleteChunks, insertChunks, storeVectors } from '#shared/db/chunks-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { claimPendingChunks, markSynced } from '#shared/db/outbox-repository.ts';
import { insertUser } from '#shared/db/users-repository.ts';
import { chunkId } from '#shared/domain/ids.ts';
import { createPassageEncoder } from '#shared/text/sparse-bm25.ts';
import { passageRows } from '#testing/passage-rows.ts';
import { randomWeights } from '#testing/random.ts';
import type { Bench, BenchRow } from './bench.ts';
import { syntheticCorpus } from './bm25/corpora.ts';
import { startTemporaryDatabase } from './temporary-database.ts';

const PASSAGES = 1_500;
const DIMENSIONS = 384;
const ROUNDS = 10;
const PUBLISHED_AT_ONCE = 256;

/** What passages take in PostgreSQL: vectors are only on their way through, and space that was used is used again. */
export const storage: Bench = {
  name: 'storage',
  description: 'bytes a passage in PostgreSQL before and after its vectors are published, and after ten rounds',
  async run(say) {
    const database = await startTemporaryDatabase();
    try {
      return { rows: await measure(database.db, say), notes: NOTES };
    } finally {
      await database.stop();
    }
  },
};

const NOTES = [
  `${PASSAGES} passages of 20 to 200 words, vectors of ${DIMENSIONS} numbers. Sizes are those of the files of PostgreSQL, ` +
    'after a VACUUM as autovacuum does it, never VACUUM FULL.',
];

interface Passages {
  texts: string[];
  files: string[][];
}

async function measure(db: Db, say: (line: string) => void): Promise<BenchRow[]> {
  const userId = randomUUID();
  await insertUser(db, { id: userId, email: `${userId}@example.org`, username: userId, password_hash: 'none' });
  const { files } = syntheticCorpus(PASSAGES);
  const passages = { files, texts: files.flat() };
  const random = randomWeights(11);

  const empty = await size(db);
  let fileIds = await insertPassages(db, userId, passages);
  const without = await size(db);
  await giveVectors(db, userId, passages, fileIds, random);
  const before = await size(db);
  const held = await vectorBytesIn(db);
  await publishAll(db);
  const after = await size(db);
  const left = await vectorBytesIn(db);
  const first = after;
  for (let round = 2; round <= ROUNDS; round += 1) {
    say(`storage: round ${round} of ${ROUNDS}`);
    await deletePassages(db, userId, fileIds);
    await vacuum(db);
    fileIds = await insertPassages(db, userId, passages);
    await vacuum(db);
    await giveVectors(db, userId, passages, fileIds, random);
    await vacuum(db);
    await publishAll(db);
  }
  const last = await size(db);
  const aPassage = (bytes: number): number => (bytes - empty) / PASSAGES;
  const vectorBytes = DIMENSIONS * 4;
  return [
    { name: 'a passage without vectors', value: aPassage(without), unit: 'bytes' },
    {
      name: 'a passage before its vectors are published',
      value: aPassage(before),
      unit: 'bytes',
      reference: { name: 'the dense vector alone', value: vectorBytes },
      ratio: aPassage(before) / vectorBytes,
    },
    { name: 'a passage after', value: aPassage(after), unit: 'bytes' },
    {
      name: 'vectors in the columns, after',
      value: left / PASSAGES,
      unit: 'bytes',
      reference: { name: 'before', value: held / PASSAGES },
      ratio: left / held,
    },
    {
      name: 'of what the files grew by with vectors, left',
      value: aPassage(after) - aPassage(without),
      unit: 'bytes',
      reference: { name: 'what they took', value: aPassage(before) - aPassage(without) },
      ratio: (after - without) / (before - without),
    },
    {
      name: `the database after ${ROUNDS} rounds`,
      value: last / 1e6,
      unit: 'MB',
      reference: { name: 'after the first', value: first / 1e6 },
      ratio: last / first,
    },
  ];
}

async function size(db: Db): Promise<number> {
  await vacuum(db);
  const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db);
  return rows[0]?.bytes ?? 0;
}

async function vectorBytesIn(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(pg_column_size(dense_vector) + pg_column_size(sparse_indices) + pg_column_size(sparse_values)), 0)::float8
      as bytes
    from chunks`.execute(db);
  return rows[0]?.bytes ?? 0;
}

async function vacuum(db: Db): Promise<void> {
  await sql`vacuum chunks, files, bm25_segments, bm25_postings`.execute(db);
}

async function insertPassages(db: Db, userId: string, { files }: Passages): Promise<string[]> {
  const fileIds: string[] = [];
  for (const passages of files) {
    const owner = { userId, fileId: randomUUID(), generation: 1 };
    fileIds.push(owner.fileId);
    const segment = buildSegment(passages.map((text) => ({ text, language: 'en' })));
    await asUser(db, userId, async (trx) => {
      await trx
        .insertInto('files')
        .values({
          id: owner.fileId,
          user_id: userId,
          filename: 'bench.txt',
          content_type: 'text/plain',
          size: 1,
          source: 'api',
          status: 'CHUNKED',
          generation: 1,
          chunks: passages.length,
        })
        .execute();
      await insertChunks(trx, passageRows({ ...owner, generation: 1 }, passages));
      await insertBm25Segment(trx, { ...owner, firstChunk: 0, ...segment });
    });
  }
  return fileIds;
}

async function giveVectors(
  db: Db,
  userId: string,
  { files }: Passages,
  fileIds: readonly string[],
  random: () => number,
): Promise<void> {
  const encodeSparse = createPassageEncoder();
  for (const [at, passages] of files.entries()) {
    const vectors = passages.map((text, index) => ({
      id: chunkId(fileIds[at] ?? '', 1, index),
      dense: Array.from({ length: DIMENSIONS }, random),
      sparse: encodeSparse(text, 'en'),
    }));
    await asUser(db, userId, (trx) => storeVectors(trx, userId, 'bench', vectors));
  }
}

async function publishAll(db: Db): Promise<void> {
  const holder = randomUUID();
  for (;;) {
    const claimed = await claimPendingChunks(db, holder, { limit: PUBLISHED_AT_ONCE, leaseSeconds: 600 });
    if (claimed.length === 0) return;
    for (const [userId, own] of Map.groupBy(claimed, (chunk) => chunk.userId)) {
      await asUser(db, userId, (trx) =>
        markSynced(
          trx,
          holder,
          own.map(({ id }) => id),
        ),
      );
    }
  }
}

async function deletePassages(db: Db, userId: string, fileIds: readonly string[]): Promise<void> {
  for (const fileId of fileIds) {
    await asUser(db, userId, async (trx) => {
      await deleteChunks(trx, userId, fileId, 1);
      await deleteBm25Segments(trx, userId, fileId, 1);
      await trx.deleteFrom('files').where('id', '=', fileId).execute();
    });
  }
}
