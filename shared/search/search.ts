import type { SearchAnswer, SearchLeg, SearchPart, SearchRequest } from '#shared/api/search.ts';
import { asUser } from '#shared/db/as-user.ts';
import { findHiddenGenerations } from '#shared/db/chunks-repository.ts';
import type { Trx } from '#shared/db/database.ts';
import { type IndexState, readIndexState } from '#shared/db/index-state-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { plainTerm } from '#shared/text/analyzer.ts';
import type { Analyzers } from '#shared/text/analyzers.ts';
import { type ParsedQuery, parseQuery } from '#shared/text/parse-query.ts';
import { acceptedTexts } from './accepted-texts.ts';
import { askLegs, type Inquiry, type LegAnswers, type LegDeps, type Scope } from './ask-legs.ts';
import { type Collected, collectResults, type Show } from './collect-results.ts';
import { describePictures } from './describe-pictures.ts';
import type { Question } from './encode-image-leg.ts';
import { encodeLegs } from './encode-legs.ts';
import { filteredFileIds } from './filtered-files.ts';
import { FUSION_K } from './fuse.ts';
import { highlightTerms } from './highlight-terms.ts';
import { intentsOf, intentsOfAnswers, intentWeights, type QueryIntent } from './query-intent.ts';
import { type RankedPassage, rankPassages } from './rank-passages.ts';
import { MOST_RERANKED, type RerankDeps, type RerankedPassages, rerankPassages } from './rerank-passages.ts';
import { newTimings, rounded, type Timings, timed } from './timings.ts';

/**
 * How many passages each leg is asked for; the second only for pages that the first does not fill. What the first found
 * keeps its place, so that pages neither overlap nor leave gaps.
 */
const DEPTHS = [100, 1_100];
const MOST_HIDDEN_FILES = 20_000;

const NO_PICTURE_MODEL =
  'This server cannot load the picture model (CLIP), so pictures cannot be found by what they show. The administrator can ' +
  'set one up (CLIP_MODEL, IMAGE_EMBEDDING_URL). You can still search by words, including the text in pictures.';

const MODE_LEGS: Record<SearchRequest['mode'], readonly SearchLeg[]> = {
  hybrid: ['dense', 'sparse', 'bm25', 'image'],
  semantic: ['dense', 'image'],
  keyword: ['sparse', 'bm25'],
};

export interface SearchDeps extends LegDeps, RerankDeps {
  analyzers: Analyzers;
}

export interface Answered {
  answer: SearchAnswer;
  /** Of the person's index, after the last that was read for the answer. */
  state: IndexState;
  /** Whether a leg found passages that could not be shown: their file changed meanwhile, or is on its way out. */
  hasDropped: boolean;
}

/** What is wanted of the hits, whatever they are found by. */
type PageRequest = Pick<SearchRequest, 'limit' | 'offset' | 'groupBy' | 'filters' | 'explain'>;

interface Page extends Collected {
  state: IndexState;
  degraded: SearchPart[];
  explained: {
    answers: LegAnswers;
    weights: Record<SearchLeg, number>;
    intents: readonly QueryIntent[];
    reranked: RerankedPassages['reranked'];
  };
}

/**
 * Finds passages and pictures in the person's files.
 * @throws AppError SEARCH_UNAVAILABLE when no leg answers, MODEL_UNAVAILABLE when pictures alone are asked for and there is
 *   no model for them, VALIDATION_ERROR when the filters leave too many files
 */
export async function search(deps: SearchDeps, userId: string, request: SearchRequest): Promise<SearchAnswer> {
  return (await answerRequest(deps, userId, request)).answer;
}

/** As {@link search}, with what the answer can be kept by. */
export function answerRequest(deps: SearchDeps, userId: string, request: SearchRequest): Promise<Answered> {
  const legs = request.legs ?? MODE_LEGS[request.mode];
  const parsed = parseQuery(request.query, request.prefix);
  return answerQuestion(deps, userId, { text: textOf(parsed) }, { parsed, legs }, request, {
    accepts: acceptedTexts(parsed),
    highlight: request.highlight ? highlightTerms(parsed, deps.analyzers) : () => [],
  });
}

/** Searches by a text or by a picture. @throws as search */
export async function answerQuestion(
  deps: SearchDeps,
  userId: string,
  question: Question,
  { legs, parsed = parseQuery('') }: { legs: readonly SearchLeg[]; parsed?: ParsedQuery },
  page: PageRequest,
  show: Show = { accepts: () => true, highlight: () => [] },
): Promise<Answered> {
  const begun = performance.now();
  const timings = newTimings();
  const intents = intentsOf(parsed);
  const encoding = timed(timings, 'embed', () => encodeLegs(deps, userId, question, legs, intents));
  const inquiry: Inquiry = { userId, parsed, legs, intents, encoded: encoding };
  const [, scope] = await Promise.all([encoding, readScope(deps, userId, page.filters)]);
  const first = await findPage(deps, inquiry, scope, page, show, timings);
  // What is not live any more has a successor that was hidden when this search began.
  const found = first.hasChanged
    ? await findPage(deps, inquiry, { ...scope, hidden: await readHidden(deps, userId) }, page, show, timings)
    : first;
  timings.total = performance.now() - begun;
  const answer = {
    results: found.results,
    tookMs: rounded(timings),
    cached: false,
    degraded: found.degraded,
    ...(page.explain ? { explanation: explain(found.explained) } : {}),
  };
  return { answer, state: found.state, hasDropped: found.hasChanged };
}

/** What vectors are made of: beginnings of words are words there. */
function textOf({ text, prefixes }: ParsedQuery): string {
  return [text, ...prefixes].join(' ');
}

function readScope({ db }: SearchDeps, userId: string, filters: SearchRequest['filters']): Promise<Scope> {
  return asUser(db, userId, async (trx) => ({
    fileIds: await filteredFileIds(trx, userId, filters),
    hidden: await findHiddenGenerations(trx, userId, MOST_HIDDEN_FILES),
  }));
}

function readHidden({ db }: SearchDeps, userId: string): Promise<Scope['hidden']> {
  return asUser(db, userId, (trx) => findHiddenGenerations(trx, userId, MOST_HIDDEN_FILES));
}

async function findPage(
  deps: SearchDeps,
  inquiry: Inquiry,
  scope: Scope,
  page: PageRequest,
  show: Show,
  timings: Timings,
): Promise<Page> {
  const passages = new Map<string, RankedPassage>();
  let rerank: RerankedPassages | undefined;
  for (const depth of DEPTHS) {
    const answers = await askLegs(deps, inquiry, scope, depth, timings);
    assertAnswered(inquiry, answers);
    const intents = [...inquiry.intents, ...intentsOfAnswers(answers)];
    const weights = intentWeights(answers.encoded.baseWeights, intents);
    const fused = rankPassages(answers, weights);
    // What is found deeper comes behind, so that the beginning stays as it is.
    rerank ??= await timed(timings, 'rerank', () =>
      rerankPassages(deps, inquiry.userId, textOf(inquiry.parsed), fused),
    );
    for (const passage of passages.size === 0 ? rerank.passages : fused) {
      if (!passages.has(passage.id)) passages.set(passage.id, passage);
    }
    const collected = await timed(timings, 'fetch', () =>
      asUser(deps.db, inquiry.userId, (trx) =>
        readPage(trx, inquiry.userId, [...passages.values()], page, showing(show, answers)),
      ),
    );
    const isFull = collected.results.length === page.limit;
    if (isFull || collected.hasChanged || !hasMore(answers, depth) || depth === DEPTHS.at(-1)) {
      const { reranked, isDegraded } = rerank;
      const degraded = isDegraded ? [...answers.degraded, 'rerank' as const] : answers.degraded;
      return { ...collected, degraded, explained: { answers, weights, intents, reranked } };
    }
  }
  throw new Error('The last depth answers');
}

/** Words that stand for one of the query are marked as that one would be. */
function showing(show: Show, { bm25 }: LegAnswers): Show {
  const expanded = new Set(bm25?.expanded);
  if (expanded.size === 0) return show;
  return { ...show, highlight: (text, language) => show.highlight(text, language, expanded) };
}

async function readPage(
  trx: Trx,
  userId: string,
  passages: readonly RankedPassage[],
  page: PageRequest,
  show: Show,
): Promise<Collected & { state: IndexState }> {
  const { results, hasChanged } = await collectResults(trx, userId, passages, page, show);
  const described = await describePictures(trx, userId, results, show.highlight);
  return { results: described, hasChanged, state: await readIndexState(trx, userId) };
}

/** A leg in which the person has nothing does not make up for those that cannot answer. */
function assertAnswered({ legs }: Inquiry, { degraded, encoded }: LegAnswers): void {
  const isSilent = legs.every((leg) => degraded.includes(leg) || encoded.empty.includes(leg));
  if (degraded.length === 0 || !isSilent) return;
  if (encoded.isImageModelMissing && degraded.every((leg) => leg === 'image')) {
    throw new AppError('MODEL_UNAVAILABLE', { detail: NO_PICTURE_MODEL });
  }
  throw new AppError('SEARCH_UNAVAILABLE');
}

/** Whether a leg may have found more than it was asked for. */
function hasMore({ vectors, bm25 }: LegAnswers, depth: number): boolean {
  return [vectors.fused, ...Object.values(vectors.legs), bm25?.hits ?? []].some((hits) => hits.length >= depth);
}

const RERANK_ORDER =
  `of the first ${MOST_RERANKED} of the fusion, passages with text are ordered by the model's score; ` +
  'pictures keep their positions, and the rest keeps the order of the fusion';

function explain({ answers, weights, intents, reranked }: Page['explained']): NonNullable<SearchAnswer['explanation']> {
  return {
    model: answers.encoded.model,
    weights,
    leans: [...intents],
    terms: (answers.bm25?.groups ?? []).map(({ terms, frequency, idf }) => ({
      forms: [...new Set(terms.map(plainTerm))],
      passages: frequency,
      idf,
    })),
    passages: answers.bm25?.corpus.chunks ?? null,
    fusion:
      `reciprocal rank fusion: the sum of weight / (${FUSION_K} + rank) over bm25, image, vectors and names; "vectors" is the ` +
      'vector store\'s own fusion of dense and sparse, with their combined weight; "names" are files whose name holds all ' +
      'words of the query, with the same weight; ' +
      'the weight of "image" is its share of the sum of the others',
    ...(reranked ? { rerank: { ...reranked, order: RERANK_ORDER } } : {}),
  };
}
