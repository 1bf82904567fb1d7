import { join } from 'node:path';
import type { SearchLeg } from '#shared/api/search.ts';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { SYNONYM_GROUPS, synonymCorpus } from '#testing/synonyms.ts';
import type { Bench, BenchResult, BenchRow } from './bench.ts';
import { judgedCorpus } from './bm25/corpora.ts';
import { foreignPassages } from './bm25/foreign-passages.ts';
import { startMiniSearch, startOrama } from './bm25/rivals.ts';
import { type JudgedRanking, type Quality, quality } from './ranking-measures.ts';
import { type BenchPerson, eachOf, startTemporarySystem, type TemporarySystem } from './temporary-system.ts';

const LEGS = ['dense', 'sparse', 'bm25'] as const satisfies readonly SearchLeg[];
const SYNONYM_MODEL = 'bench/synonyms';
const PASSAGES_A_FILE = 50;
const RANKED = 100;
/** Passages in each of two other languages, beside the 1,400 of Cranfield: a foreign annex. */
const FOREIGN = 60;
/** Begins the headings; no query has such a word. */
const MARK = 'Q';

interface Judged {
  name: string;
  passages: readonly string[];
  queries: readonly { text: string; gains: ReadonlyMap<number, number> }[];
}

/** Every leg alone and the fused answer, through the HTTP API; the keyword leg beside libraries for the same. */
export const qualityBench: Bench = {
  name: 'quality',
  description: 'nDCG@10, recall@100 and MRR of each leg and of their fusion, through the HTTP API',
  onlyByName: true,
  async run(say) {
    const result: BenchResult = { rows: [], notes: [] };
    const folder = process.env.OMNIRAG_CORPORA;
    if (folder === undefined) result.notes.push('OMNIRAG_CORPORA is not set: Cranfield was NOT measured.');
    else await measureCranfield(join(folder, 'cranfield'), result, say);
    await measureSynonyms(result, say);
    return result;
  },
};

async function measureCranfield(folder: string, result: BenchResult, say: (line: string) => void): Promise<void> {
  const { files, queries } = await judgedCorpus('Cranfield', folder, 'en');
  const judged: Judged = {
    name: 'Cranfield, hashing-384',
    passages: files.flat(),
    queries: queries.map(({ text, gains = new Map() }) => ({ text, gains })),
  };
  // Minutes of work for a busy machine: no single file is to blame.
  const system = await startTemporarySystem({ PARSE_WINDOW_TIMEOUT_MS: '600000' });
  try {
    const legs = await measureLegs(await system.newPerson('cranfield'), judged, result, say);
    await measureAnnex(system, folder, judged, legs, result, say);
    for (const rival of [startMiniSearch(judged.passages), await startOrama(judged.passages, true)]) {
      const rankings = await eachOf(judged.queries, async ({ text, gains }) => ({
        ranking: await rival.top(text),
        gains,
      }));
      const { ndcg10 } = quality(rankings);
      result.rows.push(beside(`${judged.name}: bm25, nDCG@10`, legs.bm25?.ndcg10 ?? 0, rival.name, ndcg10));
    }
  } finally {
    await system.stop();
  }
}

/** The same questions where an annex in other languages holds English function words: what answers them is the same. */
async function measureAnnex(
  system: TemporarySystem,
  folder: string,
  judged: Judged,
  alone: Record<string, Quality>,
  result: BenchResult,
  say: (line: string) => void,
): Promise<void> {
  const annex: string[] = [];
  for (const language of ['de', 'tr']) {
    annex.push(...(await foreignPassages(join(folder, '..', 'ir', `xquad-${language}`), FOREIGN)));
  }
  const name = `${judged.name}, with a foreign annex`;
  const passages = [...judged.passages, ...annex];
  const found = await measureLegs(await system.newPerson('annex'), { ...judged, name, passages }, result, say);
  for (const [leg, { ndcg10 }] of Object.entries(found)) {
    result.rows.push(beside(`${name}: ${leg}, nDCG@10`, ndcg10, 'without the annex', alone[leg]?.ndcg10 ?? 0));
  }
}

async function measureSynonyms(result: BenchResult, say: (line: string) => void): Promise<void> {
  const { passages, queries } = synonymCorpus();
  const system = await startTemporarySystem({ EMBEDDING_MODEL: SYNONYM_MODEL }, (dataDir) =>
    writeTinyEmbeddingModel({
      modelDir: join(dataDir, 'models'),
      modelId: SYNONYM_MODEL,
      words: SYNONYM_GROUPS.flat(),
      synonyms: SYNONYM_GROUPS,
    }),
  );
  try {
    const judged: Judged = {
      name: 'Synonyms, a model that knows them',
      passages,
      queries: queries.map(({ text, answers }) => ({ text, gains: new Map(answers.map((answer) => [answer, 1])) })),
    };
    await measureLegs(await system.newPerson('synonyms'), judged, result, say);
  } finally {
    await system.stop();
  }
}

async function measureLegs(
  person: BenchPerson,
  { name, passages, queries }: Judged,
  result: BenchResult,
  say: (line: string) => void,
): Promise<Record<string, Quality>> {
  say(`quality: ${name}, ${passages.length} passages …`);
  await person.add(filesOf(passages), say);
  const found: Record<string, Quality> = {};
  const ask = async (legs?: SearchLeg[]): Promise<JudgedRanking[]> =>
    eachOf(queries, async ({ text, gains }) => ({ ranking: await ranked(person, text, legs), gains }));
  for (const leg of LEGS) found[leg] = quality(await ask([leg]));
  const fused = quality(await ask());
  for (const [leg, measured] of Object.entries(found)) result.rows.push(...rowsOf(`${name}: ${leg}`, measured));
  result.rows.push(...rowsOf(`${name}: fused`, fused));
  const best = Object.entries(found).reduce((a, b) => (b[1].ndcg10 > a[1].ndcg10 ? b : a));
  result.rows.push(beside(`${name}: fused, nDCG@10`, fused.ndcg10, `best leg, ${best[0]}`, best[1].ndcg10));
  return { ...found, fused };
}

/** Many passages a file, each under a heading that is its number: a file of its own for each would measure the pipeline. */
function filesOf(passages: readonly string[]): { name: string; text: string }[] {
  const files: { name: string; text: string }[] = [];
  for (let at = 0; at < passages.length; at += PASSAGES_A_FILE) {
    const sections = passages
      .slice(at, at + PASSAGES_A_FILE)
      .map((text, index) => `# ${MARK}${at + index}\n\n${text}\n`);
    files.push({ name: `${at}.md`, text: sections.join('\n') });
  }
  return files;
}

/** Numbers of the best hundred passages. Long ones are cut in two, which counts as one. */
async function ranked(person: BenchPerson, query: string, legs?: SearchLeg[]): Promise<number[]> {
  const numbers = new Set<number>();
  for (let offset = 0; numbers.size < RANKED; offset += RANKED) {
    const { results, degraded } = await person.search({
      query,
      limit: RANKED,
      offset,
      highlight: false,
      ...(legs ? { legs } : {}),
    });
    if (degraded.length > 0) throw new Error(`Legs did not answer: ${degraded.join(', ')}`);
    for (const { headingPath } of results) numbers.add(Number(headingPath[0]?.slice(MARK.length)));
    if (results.length < RANKED) break;
  }
  return [...numbers].slice(0, RANKED);
}

function rowsOf(name: string, { ndcg10, recall100, mrr }: Quality): BenchRow[] {
  return [
    { name: `${name}, nDCG@10`, value: ndcg10, unit: '' },
    { name: `${name}, recall@100`, value: recall100, unit: '' },
    { name: `${name}, MRR`, value: mrr, unit: '' },
  ];
}

function beside(name: string, value: number, reference: string, of: number): BenchRow {
  return { name, value, unit: '', reference: { name: reference, value: of }, ratio: value / of };
}
