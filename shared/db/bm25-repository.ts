import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';

export interface NewBm25Segment {
  userId: string;
  fileId: string;
  generation: number;
  firstChunk: number;
  chunks: number;
  totalLength: number;
  lengths: Buffer;
  languages: ReadonlyMap<string, number>;
  /** The rules that the terms were made by. */
  analysis: number;
  terms: readonly { term: string; chunks: number; postings: Buffer }[];
}

/** Stores the postings of some chunks in the transaction that stores them; those that are there already stay. */
export async function insertBm25Segment(db: DbOrTrx, segment: NewBm25Segment): Promise<void> {
  const inserted = await db
    .insertInto('bm25_segments')
    .values({
      user_id: segment.userId,
      file_id: segment.fileId,
      generation: segment.generation,
      first_chunk: segment.firstChunk,
      chunks: segment.chunks,
      total_length: segment.totalLength,
      lengths: segment.lengths,
      languages: JSON.stringify(Object.fromEntries(segment.languages)),
      analysis: segment.analysis,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return;
  await sql`
    insert into bm25_postings (user_id, segment, chunks, term, postings)
    select ${segment.userId}::uuid, ${inserted.id}::integer, t.chunks, t.term, t.postings
    from unnest(
      ${segment.terms.map(({ chunks }) => chunks)}::integer[],
      ${segment.terms.map(({ term }) => term)}::text[],
      ${segment.terms.map(({ postings }) => postings)}::bytea[]
    ) as t(chunks, term, postings)`.execute(db);
}

/** Their postings go with them, by a trigger. @param after generations up to this one stay */
export async function deleteBm25Segments(
  db: DbOrTrx,
  userId: string,
  fileId: string,
  upToGeneration: number,
  after = 0,
): Promise<void> {
  await db
    .deleteFrom('bm25_segments')
    .where('file_id', '=', fileId)
    .where('user_id', '=', userId)
    .where('generation', '<=', upToGeneration)
    .where('generation', '>', after)
    .execute();
}

// What a search sees: the live generation of files that are there. The index's own statistics are over all of it, whatever
// a search is narrowed to, so that a filter does not change what a word is worth.
const isLive = (userId: string) => sql`
  s.user_id = ${userId} and f.user_id = ${userId} and f.live_generation = s.generation
    and f.deleted_at is null and f.duplicate_of is null`;

export interface Bm25Corpus {
  /** Passages that a search sees. */
  chunks: number;
  totalLength: number;
  /** How many passages follow the rules of each language. */
  languages: ReadonlyMap<string, number>;
}

/** Exact at the time of the transaction's snapshot. */
export async function readBm25Corpus(db: DbOrTrx, userId: string): Promise<Bm25Corpus> {
  const { rows } = await sql<LanguagesRow & { chunks: number; totalLength: number }>`
    select s.languages, count(*)::integer as segments, sum(s.chunks)::integer as chunks,
      sum(s.total_length)::float8 as "totalLength"
    from bm25_segments s join files f on f.id = s.file_id
    where ${isLive(userId)}
    group by s.languages`.execute(db);
  const corpus = { chunks: 0, totalLength: 0 };
  for (const { chunks, totalLength } of rows) {
    corpus.chunks += chunks;
    corpus.totalLength += totalLength;
  }
  return { ...corpus, languages: languagesIn(rows) };
}

/** What the passages are in that a search sees; those of which nobody could tell count as what they were taken for. */
export async function readPassageLanguages(db: DbOrTrx, userId: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<LanguagesRow>`
    select s.languages, count(*)::integer as segments
    from bm25_segments s join files f on f.id = s.file_id
    where ${isLive(userId)}
    group by s.languages`.execute(db);
  return languagesIn(rows);
}

/** Segments that hold as many passages of each language. */
interface LanguagesRow {
  languages: Record<string, number>;
  segments: number;
}

function languagesIn(rows: readonly LanguagesRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { languages, segments } of rows) {
    for (const [name, passages] of Object.entries(languages)) {
      counts.set(name, (counts.get(name) ?? 0) + passages * segments);
    }
  }
  return counts;
}

/** How many passages that a search sees hold each of some terms; those that none holds are left out. */
export async function countBm25Terms(
  db: DbOrTrx,
  userId: string,
  terms: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ term: string; chunks: number }>`
    select p.term, sum(p.chunks)::integer as chunks
    from bm25_postings p
    join bm25_segments s on s.id = p.segment
    join files f on f.id = s.file_id
    where p.user_id = ${userId} and p.term = any(${[...terms]}::text[]) and ${isLive(userId)}
    group by p.term`.execute(db);
  return new Map(rows.map(({ term, chunks }) => [term, chunks]));
}

export interface Bm25Terms {
  terms: {
    term: string;
    /** Passages that hold the term, over all that the person's searches see. */
    frequency: number;
    /** {@link Bm25Block}s one after the other; null for a term that was too frequent to be fetched at once, or only counted. */
    blocks: Buffer | null;
  }[];
  /** {@link Bm25SegmentBlock}s of all segments that hold one of the terms and that the filter leaves. */
  segments: Buffer;
}

/**
 * What a segment says about a term: its id and the count of passages, 4 bytes each, big-endian, the length of the postings
 * in bytes alike, and the postings.
 */
const block = sql`int4send(p.segment) || int4send(p.chunks) || int4send(length(p.postings)) || p.postings`;

/** Where a segment stands: id, passages, file (16 bytes), generation, first passage, length of the lengths; the lengths. */
const segmentBlock = sql`
  int4send(s.id) || int4send(s.chunks) || uuid_send(s.file_id) || int4send(s.generation) || int4send(s.first_chunk)
    || int4send(length(s.lengths)) || s.lengths`;

/**
 * Frequencies and postings of some terms, one value a term: rows of a person's thousands of files would cost more to take
 * over than to score.
 *
 * @param options.counted further terms of which the frequency alone is wanted
 * @param options.fetchUpTo postings come only for terms that at most so many passages hold, unless none is so rare
 */
export async function findBm25Terms(
  db: DbOrTrx,
  userId: string,
  options: {
    terms: readonly string[];
    counted: readonly string[];
    fileIds?: readonly string[] | undefined;
    fetchUpTo: number;
  },
): Promise<Bm25Terms> {
  const isCounted = sql`p.term = any(${[...options.counted]}::text[])`;
  const allowed = options.fileIds ? sql`s.file_id = any(${[...options.fileIds]}::uuid[])` : sql`true`;
  const { rows } = await sql<{ term: string | null; frequency: number; blocks: Buffer | null }>`
    with found as materialized (
      select p.term, p.segment, p.chunks, case when not ${isCounted} then p.postings end as postings,
        ${isCounted} as is_counted, ${allowed} and not ${isCounted} as is_allowed
      from bm25_postings p
      join bm25_segments s on s.id = p.segment
      join files f on f.id = s.file_id
      where p.user_id = ${userId} and p.term = any(${[...options.terms, ...options.counted]}::text[])
        and ${isLive(userId)}
    ),
    frequency as materialized (
      select term, is_counted, sum(chunks)::integer as chunks from found group by term, is_counted
    ),
    wanted as materialized (
      select term, chunks, chunks <= ${options.fetchUpTo}
        or not exists (select from frequency where chunks <= ${options.fetchUpTo} and not is_counted) as now
      from frequency
    )
    select w.term, w.chunks as frequency,
      string_agg(${block}, '') filter (where w.now and p.is_allowed) as blocks
    from found p join wanted w on w.term = p.term
    group by w.term, w.chunks
    union all
    select null, 0, string_agg(${segmentBlock}, '')
    from bm25_segments s
    where s.user_id = ${userId} and s.id = any(array(select distinct segment from found where is_allowed))`.execute(db);
  return {
    terms: rows.flatMap(({ term, frequency, blocks }) => (term === null ? [] : [{ term, frequency, blocks }])),
    segments: rows.find(({ term }) => term === null)?.blocks ?? Buffer.alloc(0),
  };
}

/** Postings of some terms in some segments, as in {@link findBm25Terms}. */
export async function findBm25Blocks(
  db: DbOrTrx,
  userId: string,
  terms: readonly string[],
  segments: readonly number[],
): Promise<Map<string, Buffer>> {
  const { rows } = await sql<{ term: string; blocks: Buffer }>`
    select p.term, string_agg(${block}, '') as blocks
    from bm25_postings p
    where p.user_id = ${userId} and p.term = any(${[...terms]}::text[]) and p.segment = any(${[...segments]}::integer[])
    group by p.term`.execute(db);
  return new Map(rows.map(({ term, blocks }) => [term, blocks]));
}

/** The person's most frequent terms that begin so, the frequencies over all generations. */
export async function findBm25TermsByPrefix(
  db: DbOrTrx,
  userId: string,
  prefix: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ term: string }>`
    select term from bm25_postings
    where user_id = ${userId} and term >= ${prefix} and term < ${`${prefix}\u{10ffff}`}
    group by term order by sum(chunks) desc, term limit ${limit}`.execute(db);
  return rows.map(({ term }) => term);
}
