import {
  SEARCH_LEGS,
  type SearchAnswer,
  type SearchLeg,
  type SearchRequest,
  type SearchResult,
} from '#shared/api/search.ts';
import { asPerson } from '#shared/db/as-person.ts';
import { type FoundChunk, findHiddenGenerations, findLiveChunks } from '#shared/db/chunks-repository.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import { findSearchableFileIds } from '#shared/db/files-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { passageLocation } from '#shared/files/location.ts';
import type { HiddenGenerations, VectorAnswer, VectorIndex, VectorQuery } from '#shared/ports/vector-index.ts';
import { describePictures } from './describe-pictures.ts';
import type { Question } from './encode-image-leg.ts';
import { type EncodeDeps, encodeLegs } from './encode-legs.ts';
import { highlightTerms } from './highlight-terms.ts';

/** Hits asked for beyond those wanted: some may be of a generation that was replaced a moment ago. */
const SPARE_HITS = 20;
/** With one result a file, several hits of each are passed over. */
const HITS_A_FILE = 5;
/** When these are not enough, so many times more are asked for, up to MOST_HITS. */
const MORE_HITS_FACTOR = 4;
const MOST_HITS = 1_000;
/** An id is 39 bytes of JSON and goes into up to four filters of a request, of which Qdrant takes 32 MB. */
const MOST_FILTERED_FILES = 20_000;
const MOST_HIDDEN_FILES = 20_000;

const MODE_LEGS: Record<SearchRequest['mode'], readonly SearchLeg[]> = {
  hybrid: ['dense', 'sparse', 'image'],
  semantic: ['dense', 'image'],
  keyword: ['sparse'],
};

export interface SearchDeps extends EncodeDeps {
  vectorIndex: VectorIndex;
}

type Took = SearchAnswer['tookMs'];

/** What is wanted of the hits, whatever they are found by. */
type Page = Pick<SearchRequest, 'limit' | 'offset' | 'groupBy' | 'filters' | 'explain'>;
type Highlight = (text: string) => SearchResult['highlights'];

/**
 * Finds passages and pictures in the person's files.
 * @throws AppError SEARCH_UNAVAILABLE when no leg answers, VALIDATION_ERROR when the filters leave too many files
 */
export function search(deps: SearchDeps, userId: string, request: SearchRequest): Promise<SearchAnswer> {
  const legs = request.legs ?? MODE_LEGS[request.mode];
  const highlight = request.highlight ? highlightTerms(request.query) : undefined;
  return answerQuestion(deps, userId, { text: request.query }, legs, request, highlight);
}

/** Searches by a text or by a picture. @throws as search */
export async function answerQuestion(
  deps: SearchDeps,
  userId: string,
  question: Question,
  legs: readonly SearchLeg[],
  request: Page,
  highlight: Highlight = () => [],
): Promise<SearchAnswer> {
  const begun = performance.now();
  const took: Took = { total: 0, embed: 0, qdrant: 0, bm25: 0, fetch: 0 };
  const [encoded, { fileIds, hidden }] = await Promise.all([
    timed(took, 'embed', () => encodeLegs(deps, userId, question, legs)),
    asPerson(deps.db, userId, async (trx) => ({
      fileIds: await filteredFileIds(trx, userId, request.filters),
      hidden: await findHiddenGenerations(trx, userId, MOST_HIDDEN_FILES),
    })),
  ]);

  const { vectors, weights, floors } = encoded;
  const query = { legs: vectors, weights, floors, ...(fileIds ? { fileIds } : {}) };
  const found = await findResults(deps, userId, request, { query, hidden, took, highlight });
  const results = await timed(took, 'fetch', () => describePictures(deps.db, userId, found, highlight));
  took.total = performance.now() - begun;
  return {
    results,
    tookMs: round(took),
    cached: false,
    degraded: encoded.degraded,
    ...(request.explain
      ? {
          explanation: {
            model: encoded.model,
            weights: Object.fromEntries(Object.entries(weights)),
            fusion: 'reciprocal rank fusion in the vector store: the sum of 1 / (position / weight + k - 1)',
          },
        }
      : {}),
  };
}

interface Asked {
  query: Omit<VectorQuery, 'limit' | 'hidden'>;
  hidden: readonly HiddenGenerations[];
  took: Took;
  highlight: Highlight;
}

/** Asks once; again only when too few of a full list could be shown, or when a file changed generation on the way. */
async function findResults(
  deps: SearchDeps,
  userId: string,
  request: Page,
  { query, hidden, took, highlight }: Asked,
): Promise<SearchResult[]> {
  let limit = (request.offset + request.limit) * (request.groupBy ? HITS_A_FILE : 1) + SPARE_HITS;
  let current = hidden;
  for (let isFirst = true; ; isFirst = false) {
    const asked = { ...query, limit, hidden: current };
    const answer = await timed(took, 'qdrant', () => askIndex(deps.vectorIndex, userId, asked));
    const chunks = await timed(took, 'fetch', () => fetchChunks(deps.db, userId, answer));
    const results = assemble(answer, chunks, request, highlight);
    const hasChanged = isFirst && chunks.size < answer.fused.length;
    const isShort = results.length < request.limit && answer.fused.length >= limit && limit < MOST_HITS;
    if (!hasChanged && !isShort) return results;
    // What is not live any more has a successor that was hidden when this search began.
    if (hasChanged) {
      current = await asPerson(deps.db, userId, (trx) => findHiddenGenerations(trx, userId, MOST_HIDDEN_FILES));
    }
    if (isShort) limit = Math.min(limit * MORE_HITS_FACTOR, MOST_HITS);
  }
}

/** The files the filters leave; undefined without filters. */
async function filteredFileIds(
  db: Trx,
  userId: string,
  filters: SearchRequest['filters'],
): Promise<string[] | undefined> {
  if (!filters) return undefined;
  const ids = await findSearchableFileIds(db, userId, {
    fileIds: filters.fileIds,
    types: filters.types,
    sources: filters.sources,
    createdAfter: filters.createdAfter ? new Date(filters.createdAfter) : undefined,
    createdBefore: filters.createdBefore ? new Date(filters.createdBefore) : undefined,
    filenameContains: filters.filename,
    limit: MOST_FILTERED_FILES + 1,
  });
  if (ids.length <= MOST_FILTERED_FILES) return ids;
  const most = MOST_FILTERED_FILES.toLocaleString('en');
  throw new AppError('VALIDATION_ERROR', {
    errors: [{ field: 'filters', message: `matches more than ${most} files; narrow it` }],
  });
}

async function askIndex(index: VectorIndex, userId: string, query: VectorQuery): Promise<VectorAnswer> {
  const nothing = { fused: [], legs: {} };
  if (query.fileIds?.length === 0 || Object.keys(query.legs).length === 0) return nothing;
  try {
    return await index.search(userId, query);
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'DEPENDENCY_UNAVAILABLE') {
      throw new AppError('SEARCH_UNAVAILABLE', { cause });
    }
    throw cause;
  }
}

async function fetchChunks(db: Db, userId: string, answer: VectorAnswer): Promise<Map<string, FoundChunk>> {
  if (answer.fused.length === 0) return new Map();
  const ids = answer.fused.map((hit) => hit.id);
  const chunks = await asPerson(db, userId, (trx) => findLiveChunks(trx, userId, ids));
  return new Map(chunks.map((chunk) => [chunk.id, chunk]));
}

function assemble(
  answer: VectorAnswer,
  chunks: Map<string, FoundChunk>,
  request: Page,
  highlight: Highlight,
): SearchResult[] {
  const ranks = legRanks(answer);
  const seenFiles = new Set<string>();
  const results: SearchResult[] = [];
  let passed = 0;
  for (const hit of answer.fused) {
    const chunk = chunks.get(hit.id);
    if (!chunk || (request.groupBy && seenFiles.has(chunk.fileId))) continue;
    seenFiles.add(chunk.fileId);
    passed += 1;
    if (passed <= request.offset) continue;
    results.push({
      fileId: chunk.fileId,
      filename: chunk.filename,
      contentType: chunk.contentType,
      chunkId: chunk.id,
      score: hit.score,
      text: chunk.content,
      headingPath: chunk.headingPath,
      highlights: highlight(chunk.content),
      textPage: chunk.page,
      location: passageLocation(chunk.contentType, chunk),
      legs: ranks.get(hit.id) ?? {},
    });
    if (results.length === request.limit) break;
  }
  return results;
}

/** Rank (from 1) and score of each hit in each leg that found it. */
function legRanks(answer: VectorAnswer): Map<string, SearchResult['legs']> {
  const ranks = new Map<string, SearchResult['legs']>();
  for (const leg of SEARCH_LEGS) {
    answer.legs[leg]?.forEach((hit, position) => {
      ranks.set(hit.id, { ...ranks.get(hit.id), [leg]: { rank: position + 1, score: hit.score } });
    });
  }
  return ranks;
}

async function timed<T>(took: Took, part: keyof Took, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    took[part] += performance.now() - begun;
  }
}

function round(took: Took): Took {
  const rounded = { ...took };
  for (const part of Object.keys(rounded) as (keyof Took)[]) rounded[part] = Math.round(took[part] * 10) / 10;
  return rounded;
}
