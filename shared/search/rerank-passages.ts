import { asUser } from '#shared/db/as-user.ts';
import { findLiveChunks } from '#shared/db/chunks-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { embeddingText } from '#shared/domain/chunk.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Reranker } from '#shared/ports/reranker.ts';
import type { RankedPassage } from './rank-passages.ts';
import type { SearchLimits } from './search-limits.ts';
import { withinTime } from './within-time.ts';

/**
 * How much of the beginning of the fused order is reranked, whatever page is asked for, so that pages neither overlap nor
 * leave gaps. Beyond it the fused order goes on.
 */
export const MOST_RERANKED = 50;

export interface RerankDeps {
  db: Db;
  /** Undefined where no model is set up. */
  reranker: Reranker | undefined;
  limits: { search: SearchLimits };
}

export interface RerankedPassages {
  passages: RankedPassage[];
  /** How many a model has read; undefined when none was to, or the one that is set up did not answer in time. */
  reranked: { model: string; passages: number } | undefined;
  /** Whether a model that is set up did not answer. */
  isDegraded: boolean;
}

/**
 * Puts the beginning of the fused order into the order of what a cross-encoder thinks of question and passage. Pictures
 * have no text to be read and keep their places, as does everything when the model is away or slow.
 */
export async function rerankPassages(
  { db, reranker, limits }: RerankDeps,
  userId: string,
  query: string,
  fused: readonly RankedPassage[],
): Promise<RerankedPassages> {
  const { legTimeoutMs } = limits.search;
  const first = fused.slice(0, MOST_RERANKED);
  const unchanged = { passages: [...fused], reranked: undefined };
  if (!reranker || query === '' || first.length === 0) return { ...unchanged, isDegraded: false };
  const texts = await readTexts(db, userId, first);
  const places = first.flatMap(({ id }, place) => (texts.has(id) ? [place] : []));
  const candidates = places.map((place) => ({ place, text: texts.get(first[place]?.id ?? '') ?? '' }));
  const scores = await withinTime(legTimeoutMs, () =>
    scoreTexts(
      reranker,
      query,
      candidates.map(({ text }) => text),
      legTimeoutMs,
    ),
  );
  if (!scores) return { ...unchanged, isDegraded: true };
  const order = candidates
    .map(({ place }, at) => ({ place, score: scores[at] ?? 0 }))
    .sort((a, b) => b.score - a.score || a.place - b.place);
  const passages = [...fused];
  for (const [at, { place, score }] of order.entries()) {
    const passage = first[place];
    const target = places[at];
    if (!passage || target === undefined) continue;
    const rerank = { rank: at + 1, score };
    passages[target] = { ...passage, fusedRank: place + 1, legs: { ...passage.legs, rerank } };
  }
  return { passages, reranked: { model: reranker.modelId, passages: order.length }, isDegraded: false };
}

/** As the embedder reads them. What has no text, or is not there any more, is left out. */
async function readTexts(db: Db, userId: string, passages: readonly RankedPassage[]): Promise<Map<string, string>> {
  const ids = passages.map(({ id }) => id);
  const chunks = await asUser(db, userId, (trx) => findLiveChunks(trx, userId, ids));
  const withText = chunks.filter(({ content }) => content !== '');
  return new Map(withText.map(({ id, headingPath, content }) => [id, embeddingText({ headingPath, text: content })]));
}

/** @returns undefined when the model cannot answer now */
async function scoreTexts(
  reranker: Reranker,
  query: string,
  texts: readonly string[],
  timeoutMs: number,
): Promise<number[] | undefined> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await reranker.score(query, texts, late);
  } catch (error) {
    if (error instanceof AppError || error === late.reason) return undefined;
    throw error;
  }
}
