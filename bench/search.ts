import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { toBm25Query } from '#shared/bm25/bm25-query.ts';
import { asUser } from '#shared/db/as-user.ts';
import { countBm25Terms, findBm25Terms, readBm25Corpus, readPassageLanguages } from '#shared/db/bm25-repository.ts';
import { findHiddenGenerations, findLiveChunks } from '#shared/db/chunks-repository.ts';
import { findLiveIndex } from '#shared/db/embedding-indexes-repository.ts';
import { readIndexState } from '#shared/db/index-state-repository.ts';
import { findPagePictures, readPersonPictures } from '#shared/db/pictures-repository.ts';
import { findSessionUser } from '#shared/db/sessions-repository.ts';
import { modelProfile } from '#shared/models/models.ts';
import { readConfig } from '#shared/runtime/config.ts';
import { buildContainer, type Container } from '#shared/runtime/container.ts';
import { analyzeQuery } from '#shared/text/analyze-query.ts';
import { parseQuery } from '#shared/text/parse-query.ts';
import { encodeQuery } from '#shared/text/sparse-bm25.ts';
import { publishFile } from '#testing/published-file.ts';
import type { Bench, BenchRow } from './bench.ts';
import { syntheticCorpus } from './bm25/corpora.ts';
import { percentiles, questions, timedAll } from './latencies.ts';
import { type BenchPerson, startTemporarySystem, type TemporarySystem } from './temporary-system.ts';

const PASSAGES = 10_000;
const QUESTIONS = 200;
/** Before that many, the compiler is still at work on the functions. */
const WARM_UP = 400;
const CALLERS = [1, 8, 32];
const DEPTH = 100;
const LIMIT = 10;
const SOAK_SECONDS = 60;
const SOAK_FILE_WORDS = 2_000;

/** `POST /search` as callers see it, beside what the stores alone need for the same calls in the same order. */
export const searchBench: Bench = {
  name: 'search',
  description:
    'POST /search at 1, 8 and 32 callers, miss and hit, beside its bare store calls; 32 callers during an ingest',
  onlyByName: true,
  async run(say) {
    const system = await startTemporarySystem();
    try {
      return { rows: await measure(system, say), notes: [NOTE] };
    } finally {
      await system.stop();
    }
  },
};

const NOTE =
  `${PASSAGES} passages of one person. "Store calls": the same queries to Qdrant and PostgreSQL, in the order and at the ` +
  'same time as a search makes them, from this process, without HTTP, tokens, analysis, scoring, fusion or JSON.';

async function measure(system: TemporarySystem, say: (line: string) => void): Promise<BenchRow[]> {
  const person = await system.newPerson('searching');
  const container = buildContainer(readConfig({ ...system.system.env, DATABASE_POOL_MAX: '4', LOG_LEVEL: 'error' }));
  try {
    const { files } = syntheticCorpus(PASSAGES);
    say(`search: ${PASSAGES} passages …`);
    const parts = { db: container.db, everyone: container.db, vectorIndex: container.vectorIndex };
    const embedder = createHashingEmbedder();
    for (const file of files) await publishFile({ ...parts, embedder }, person.id, file);
    await system.vacuum();

    const ask = questions(files.flat());
    const bareCalls = () => timedAll(ask(QUESTIONS), 1, (query) => storeCalls(container, person.id, query));
    say('search: warming up …');
    await timedAll(ask(WARM_UP), 1, (query) => search(person, query));
    await bareCalls();
    const rows: BenchRow[] = [];
    say('search: bare store calls …');
    const bare = await bareCalls();
    rows.push(...percentiles('store calls alone', bare));
    for (const callers of CALLERS) {
      say(`search: ${callers} callers …`);
      const queries = ask(QUESTIONS);
      const misses = await timedAll(queries, callers, (query) => search(person, query, false));
      const hits = await timedAll(queries, callers, (query) => search(person, query, true));
      rows.push(
        ...percentiles(
          `${callers} callers, miss`,
          misses,
          callers === 1 ? { name: 'store calls alone', times: bare } : undefined,
        ),
      );
      rows.push(...percentiles(`${callers} callers, hit`, hits));
    }
    rows.push(...(await soak(system, person, ask, say)));
    return rows;
  } finally {
    await container.db.destroy();
  }
}

async function search(person: BenchPerson, query: string, cached?: boolean): Promise<void> {
  const answer = await person.search({ query, limit: LIMIT });
  if (answer.degraded.length > 0) throw new Error(`Legs did not answer: ${answer.degraded.join(', ')}`);
  if (cached !== undefined && answer.cached !== cached)
    throw new Error(`"${query}" came with cached: ${answer.cached}`);
}

/** Every statement and request that a search sends to the stores, and nothing of what it does with the answers. */
async function storeCalls({ db, vectorIndex }: Container, userId: string, text: string): Promise<void> {
  const [dense] = await createHashingEmbedder().embedPassages([text]);
  await asUser(db, userId, (trx) => findSessionUser(trx, userId, userId));
  const { models } = await asUser(db, userId, (trx) => readIndexState(trx, userId));
  const readLanguages = async () => {
    await findLiveIndex(db);
    return asUser(db, userId, (trx) => readPassageLanguages(trx, userId));
  };
  const readPictures = () => asUser(db, userId, (trx) => readPersonPictures(trx, userId));
  const readHidden = () => asUser(db, userId, (trx) => findHiddenGenerations(trx, userId, 20_000));
  const [hidden, languages] = await Promise.all([readHidden(), readLanguages(), readPictures()]);
  const sparse = await encodeQuery(analyzeQuery(text, languages), (terms) =>
    asUser(db, userId, async (trx) => ({
      frequencies: await countBm25Terms(trx, userId, terms),
      chunks: (await readBm25Corpus(trx, userId)).chunks,
    })),
  );
  const legs = { dense: dense ?? [], sparse };
  const [vectors] = await Promise.all([
    vectorIndex.search(userId, { legs, weights: modelProfile(models[0] ?? '').fusionWeights, limit: DEPTH, hidden }),
    asUser(db, userId, async (trx) => {
      const corpus = await readBm25Corpus(trx, userId);
      const { scored } = await toBm25Query(parseQuery(text), corpus.languages, async () => []);
      await findBm25Terms(trx, userId, {
        terms: scored.flatMap(({ terms }) => terms),
        counted: [],
        fetchUpTo: Math.max(5_000, corpus.chunks / 10),
      });
    }),
  ]);
  const ids = vectors.fused.slice(0, LIMIT + 20).map(({ id }) => id);
  await asUser(db, userId, async (trx) => {
    const chunks = await findLiveChunks(trx, userId, ids);
    const pages = chunks.slice(0, LIMIT).map(({ fileId, page }) => ({ fileId, page }));
    await findPagePictures(trx, userId, pages, 2_000);
    await readIndexState(trx, userId);
  });
}

/** 32 callers without a pause while files are taken in. */
async function soak(
  { system: { url } }: TemporarySystem,
  person: BenchPerson,
  ask: (count: number) => string[],
  say: (line: string) => void,
): Promise<BenchRow[]> {
  say(`search: 32 callers for ${SOAK_SECONDS} s during an ingest …`);
  const deadline = Date.now() + SOAK_SECONDS * 1_000;
  const statuses = new Map<number, number>();
  let files = 0;
  const ingest = async (): Promise<void> => {
    while (Date.now() < deadline) {
      const text = ask(SOAK_FILE_WORDS / 5).join(' ');
      await person.add([{ name: `soak-${files}.txt`, text }], () => undefined);
      files += 1;
    }
  };
  const call = async (): Promise<void> => {
    while (Date.now() < deadline) {
      const response = await fetch(`${url}/search`, {
        method: 'POST',
        body: JSON.stringify({ query: ask(1)[0] }),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await person.token()}` },
      });
      await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }
  };
  await Promise.all([ingest(), ...Array.from({ length: 32 }, call)]);
  const all = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  const wrong = [...statuses].filter(([status]) => status >= 500).reduce((sum, [, count]) => sum + count, 0);
  return [
    { name: 'during an ingest: files READY', value: files, unit: 'files' },
    {
      name: 'during an ingest: answers of 500 and more',
      value: wrong,
      unit: 'answers',
      reference: { name: 'all answers', value: all },
    },
  ];
}
