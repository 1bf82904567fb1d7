import { join } from 'node:path';
import { sql } from 'kysely';
import { searchBm25 } from '#shared/bm25/search-bm25.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { BruteForce } from '#testing/brute-force-bm25.ts';
import type { Bench, BenchResult, BenchRow } from './bench.ts';
import { type Corpus, type CorpusQuery, judgedCorpus, syntheticCorpus } from './bm25/corpora.ts';
import { createReference, type Loaded, loadCorpus, textSearchConfiguration } from './bm25/load.ts';
import { type Rival, startMiniSearch, startOrama } from './bm25/rivals.ts';
import { ndcg } from './ndcg.ts';
import { startTemporaryDatabase } from './temporary-database.ts';

const SETTINGS = { k1: 1.2, b: 0.75 };
const TOP = 10;
/** Each query several times, the two taking turns, so that whatever else the machine does falls on both alike. */
const ROUNDS = 5;
/** The libraries hold their index in memory and are not made for more. */
const RIVAL_PASSAGES = 10_000;

/** The keyword leg beside ts_rank on a GIN index, on the same passages in the same server. */
export const bm25: Bench = {
  name: 'bm25',
  description: 'BM25 in PostgreSQL beside ts_rank on GIN, MiniSearch and Orama; every answer beside brute force',
  onlyByName: true,
  run: measureBm25,
};

async function measureBm25(say: (line: string) => void): Promise<BenchResult> {
  const result: BenchResult = { rows: [], notes: [] };
  const folder = process.env.OMNIRAG_CORPORA;
  if (folder === undefined) result.notes.push('OMNIRAG_CORPORA is not set: Cranfield was NOT measured.');
  const corpora = [
    ...(folder === undefined ? [] : [await judgedCorpus('Cranfield', join(folder, 'cranfield'), 'en')]),
    syntheticCorpus(RIVAL_PASSAGES),
    syntheticCorpus(100_000),
  ];
  for (const corpus of corpora) {
    const database = await startTemporaryDatabase();
    try {
      await measureCorpus(database.db, corpus, result, say);
    } finally {
      await database.stop();
    }
  }
  return result;
}

async function measureCorpus(db: Db, corpus: Corpus, result: BenchResult, say: (line: string) => void): Promise<void> {
  say(`bm25: ${corpus.name}, loading …`);
  await createReference(db);
  const loaded = await loadCorpus(db, corpus);
  await sql`vacuum analyze`.execute(db);
  const passages = corpus.files.flat();
  result.rows.push(...(await costs(db, corpus.name, passages.length, loaded)));

  say(`bm25: ${corpus.name}, searching …`);
  const brute = new BruteForce(passages.map((text) => ({ text, language: corpus.language })));
  const [same, fetched] = [new Map<string, number>(), new Map<string, number[]>()];
  const times = new Map<string, { ours: number[]; reference: number[] }>();
  const scored: { gains: Map<number, number>; ranking: number[] }[] = [];
  for (const query of corpus.queries) {
    const answer = await searched(db, loaded.userId, query.text);
    const ranking = answer.hits.map(({ id, score }) => ({ passage: loaded.numbers.get(id) ?? -1, score }));
    const isSame = JSON.stringify(ranking) === JSON.stringify(brute.search(query.text, SETTINGS).slice(0, TOP));
    same.set(query.kind, (same.get(query.kind) ?? 0) + (isSame ? 1 : 0));
    fetched.set(query.kind, [...(fetched.get(query.kind) ?? []), answer.bytesFetched]);
    if (query.gains) scored.push({ gains: query.gains, ranking: ranking.map(({ passage }) => passage) });
    const of = times.get(query.kind) ?? { ours: [], reference: [] };
    times.set(query.kind, of);
    await takeTurns(db, corpus, loaded, query, of);
  }
  for (const [kind, { ours, reference }] of times) {
    const count = corpus.queries.filter((query) => query.kind === kind).length;
    result.rows.push(compared(`${corpus.name}: ${kind}`, 'ms', median(ours), 'ts_rank', median(reference)));
    const name = `${corpus.name}: ${kind}, same ${TOP} and scores`;
    result.rows.push(compared(name, 'queries', same.get(kind) ?? 0, 'brute force', count));
    result.rows.push({
      name: `${corpus.name}: ${kind}, fetched`,
      value: median(fetched.get(kind) ?? []) / 1e3,
      unit: 'kB',
    });
  }
  if (passages.length <= RIVAL_PASSAGES) await compareRivals(corpus, passages, { times, scored }, result, say);
}

function searched(db: Db, userId: string, text: string) {
  // What a judged query holds is text: one of Cranfield's has a dash before a word.
  const parsed = { text, phrases: [], excluded: [], prefixes: [] };
  return asUser(db, userId, (trx) => searchBm25(trx, userId, { parsed, limit: TOP }, SETTINGS));
}

async function takeTurns(
  db: Db,
  corpus: Corpus,
  { userId }: Loaded,
  { text }: CorpusQuery,
  times: { ours: number[]; reference: number[] },
): Promise<void> {
  const configuration = textSearchConfiguration(corpus);
  const { rows } = await sql<{ query: string }>`
    select coalesce(string_agg(quote_literal(lexeme), ' | '), '') as query
    from unnest(to_tsvector(${configuration}::regconfig, ${text}))`.execute(db);
  const words = rows[0]?.query ?? '';
  for (let round = 0; round < ROUNDS; round += 1) {
    times.ours.push(await timed(() => searched(db, userId, text)));
    times.reference.push(
      await timed(() =>
        db.transaction().execute((trx) =>
          sql`
            select id, ts_rank(words, query) as score
            from reference, to_tsquery(${configuration}::regconfig, ${words}) query
            where user_id = ${userId} and words @@ query
            order by score desc limit ${TOP}`.execute(trx),
        ),
      ),
    );
  }
}

async function costs(db: Db, name: string, passages: number, loaded: Loaded): Promise<BenchRow[]> {
  const { rows } = await sql<{ ours: number; reference: number }>`
    select (pg_total_relation_size('bm25_postings') + pg_total_relation_size('bm25_segments'))::float8 as ours,
      pg_total_relation_size('reference')::float8 as reference`.execute(db);
  const { ours = 0, reference = 0 } = rows[0] ?? {};
  const written = (loaded.analysisMs + loaded.insertMs) / passages;
  return [
    compared(`${name}: a passage written`, 'ms', written, 'to_tsvector and GIN', loaded.referenceMs / passages),
    { name: `${name}: of that, analysis`, value: loaded.analysisMs / passages, unit: 'ms' },
    compared(`${name}: a passage stored`, 'bytes', ours / passages, 'tsvector and GIN', reference / passages),
  ];
}

interface Measured {
  times: ReadonlyMap<string, { ours: number[] }>;
  scored: readonly { gains: Map<number, number>; ranking: number[] }[];
}

async function compareRivals(
  corpus: Corpus,
  passages: readonly string[],
  { times, scored }: Measured,
  result: BenchResult,
  say: (line: string) => void,
): Promise<void> {
  const rivals: Rival[] = [startMiniSearch(passages), await startOrama(passages, corpus.language === 'en')];
  for (const rival of rivals) {
    say(`bm25: ${corpus.name}, ${rival.name} …`);
    const rivalTimes = new Map<string, number[]>();
    const rankings: number[][] = [];
    for (const { kind, text } of corpus.queries) {
      const begun = performance.now();
      rankings.push(await rival.top(text));
      rivalTimes.set(kind, [...(rivalTimes.get(kind) ?? []), performance.now() - begun]);
    }
    for (const [kind, ms] of rivalTimes) {
      const ours = median(times.get(kind)?.ours ?? []);
      result.rows.push(compared(`${corpus.name}: ${kind}`, 'ms', ours, `${rival.name}, in memory`, median(ms)));
    }
    if (scored.length === 0) continue;
    const ours = mean(scored.map(({ gains, ranking }) => ndcg(ranking, gains)));
    const theirs = mean(scored.map(({ gains }, at) => ndcg(rankings[at] ?? [], gains)));
    result.rows.push(compared(`${corpus.name}: nDCG@10`, '', ours, rival.name, theirs));
  }
}

function compared(name: string, unit: string, value: number, reference: string, of: number): BenchRow {
  return { name, value, unit, reference: { name: reference, value: of }, ratio: value / of };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
