import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { buildSegment } from '#shared/bm25/segment.ts';
import { asUser } from '#shared/db/as-user.ts';
import { insertBm25Segment } from '#shared/db/bm25-repository.ts';
import { insertChunks } from '#shared/db/chunks-repository.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import { insertUser } from '#shared/db/users-repository.ts';
import { chunkId } from '#shared/domain/ids.ts';
import { passageRows } from '#testing/passage-rows.ts';
import type { Corpus } from './corpora.ts';

export interface Loaded {
  userId: string;
  /** The number of each passage over all files, by its chunk's id. */
  numbers: Map<string, number>;
  /** Of the product's analysis and of its inserts, for all passages. */
  analysisMs: number;
  insertMs: number;
  /** Of `to_tsvector` and the insert into a table with a GIN index. */
  referenceMs: number;
}

/** The table that PostgreSQL's own ranking searches: without row-level security, which would keep it from its index. */
export async function createReference(db: Db): Promise<void> {
  await sql`create extension if not exists btree_gin`.execute(db);
  await sql`create table reference (user_id uuid not null, id uuid not null, words tsvector not null)`.execute(db);
  await sql`create index reference_words on reference using gin (user_id, words)`.execute(db);
}

/** PostgreSQL's name of the rules for the corpus' language. */
export function textSearchConfiguration({ language }: Corpus): string {
  return language === 'en' ? 'english' : 'simple';
}

/** One person's files in the tables of the product and in the reference, a transaction a file. */
export async function loadCorpus(db: Db, corpus: Corpus): Promise<Loaded> {
  const userId = randomUUID();
  await insertUser(db, { id: userId, email: `${userId}@example.org`, username: userId, password_hash: 'none' });
  const loaded: Loaded = { userId, numbers: new Map(), analysisMs: 0, insertMs: 0, referenceMs: 0 };
  // Ids ascend with the files, so that ties fall as they do for a reference that counts passages through.
  const fileIds = corpus.files.map(() => randomUUID()).sort();
  const configuration = textSearchConfiguration(corpus);
  for (const [at, passages] of corpus.files.entries()) {
    const owner = { userId, fileId: fileIds[at] ?? '', generation: 1 };
    const ids = passages.map((_, index) => chunkId(owner.fileId, owner.generation, index));
    for (const id of ids) loaded.numbers.set(id, loaded.numbers.size);
    const begun = performance.now();
    const segment = buildSegment(passages.map((text) => ({ text, language: corpus.language })));
    loaded.analysisMs += performance.now() - begun;
    await asUser(db, userId, async (trx) => {
      await insertReadyFile(trx, owner, passages);
      const inserting = performance.now();
      await insertBm25Segment(trx, { ...owner, firstChunk: 0, ...segment });
      loaded.insertMs += performance.now() - inserting;
    });
    const reference = performance.now();
    await db.transaction().execute((trx) =>
      sql`
        insert into reference (user_id, id, words)
        select ${userId}::uuid, t.id, to_tsvector(${configuration}::regconfig, t.text)
        from unnest(${ids}::uuid[], ${passages}::text[]) as t(id, text)`.execute(trx),
    );
    loaded.referenceMs += performance.now() - reference;
  }
  return loaded;
}

async function insertReadyFile(
  trx: Trx,
  { userId, fileId, generation }: { userId: string; fileId: string; generation: number },
  passages: readonly string[],
): Promise<void> {
  await trx
    .insertInto('files')
    .values({
      id: fileId,
      user_id: userId,
      filename: 'bench.txt',
      content_type: 'text/plain',
      size: 1,
      source: 'api',
      status: 'READY',
      generation,
      live_generation: generation,
      chunks: passages.length,
    })
    .execute();
  await insertChunks(trx, passageRows({ userId, fileId, generation }, passages));
}
