import { createHash } from 'node:crypto';
import { type SearchAnswer, type SearchRequest, searchAnswerSchema } from '#shared/api/search.ts';
import { asUser } from '#shared/db/as-user.ts';
import { type IndexState, readIndexState } from '#shared/db/index-state-repository.ts';
import { personKey } from '#shared/ports/cache.ts';
import { answerRequest, type SearchDeps } from './search.ts';
import type { SingleFlight } from './single-flight.ts';
import { newTimings, rounded } from './timings.ts';

/** Answers that are still right are asked for again soon or never. */
const KEPT_SECONDS = 600;

export interface CachedSearchDeps extends SearchDeps {
  /** That are under way in this process. */
  searches: SingleFlight;
}

/**
 * As `search`, from the cache where the same was asked before and nothing has changed since. The key holds the version
 * of the person's files: a change makes every answer before it unreachable. An answer is kept only if the version was the
 * same before and after it was made, every leg took part, and nothing that was found had to be left out. Equal questions at one time are answered once.
 * @throws as search
 */
export async function cachedSearch(
  deps: CachedSearchDeps,
  userId: string,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const begun = performance.now();
  const state = await readState(deps, userId);
  const key = answerKey(deps, userId, state, request);
  const kept = await deps.cache.get(key);
  if (kept !== undefined) {
    const answer = searchAnswerSchema.parse(JSON.parse(kept));
    return { ...answer, cached: true, tookMs: rounded({ ...newTimings(), total: performance.now() - begun }) };
  }
  return deps.searches.run(key, async () => {
    const { answer, state: after, hasDropped } = await answerRequest(deps, userId, request);
    if (answer.degraded.length === 0 && !hasDropped && isSame(state, after)) {
      await deps.cache.set(key, JSON.stringify(answer), KEPT_SECONDS);
    }
    return answer;
  });
}

function readState({ db }: CachedSearchDeps, userId: string): Promise<IndexState> {
  return asUser(db, userId, (trx) => readIndexState(trx, userId));
}

function isSame(before: IndexState, after: IndexState): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

function answerKey(
  { limits, reranker }: SearchDeps,
  userId: string,
  state: IndexState,
  request: SearchRequest,
): string {
  const normalised = {
    ...request,
    query: request.query.normalize('NFC').trim().replaceAll(/\s+/g, ' '),
    legs: request.legs?.toSorted(),
    filters: request.filters && {
      ...request.filters,
      fileIds: request.filters.fileIds?.toSorted(),
      types: request.filters.types?.toSorted(),
      sources: request.filters.sources?.toSorted(),
    },
  };
  const entries = JSON.stringify([state.models, limits.search.bm25, reranker?.modelId, sorted(normalised)]);
  const question = createHash('sha256').update(entries).digest('base64url');
  return personKey(userId, 'answer', String(state.version), question);
}

/** Fields by name, so that their order in a request does not matter. */
function sorted(value: object): unknown[] {
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => [name, each && typeof each === 'object' && !Array.isArray(each) ? sorted(each) : each]);
}
