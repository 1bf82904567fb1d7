import type { SearchLeg } from '#shared/api/search.ts';
import { type Bm25Answer, Bm25TimeoutError, searchBm25 } from '#shared/bm25/search-bm25.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Trx } from '#shared/db/database.ts';
import type { HiddenGenerations, VectorAnswer, VectorIndex, VectorLeg } from '#shared/ports/vector-index.ts';
import type { ParsedQuery } from '#shared/text/parse-query.ts';
import type { EncodeDeps, EncodedLegs } from './encode-legs.ts';
import type { QueryIntent } from './query-intent.ts';
import { type Timings, timed } from './timings.ts';
import { withinTime } from './within-time.ts';

export interface LegDeps extends EncodeDeps {
  vectorIndex: VectorIndex;
}

/** What is looked for, by each leg in its own way. */
export interface Inquiry {
  userId: string;
  parsed: ParsedQuery;
  legs: readonly SearchLeg[];
  /** Where the query intents by its form. */
  intents: readonly QueryIntent[];
  encoded: Promise<EncodedLegs>;
}

/** Where it is looked for. */
export interface Scope {
  /** Only these files; undefined for all. */
  fileIds: string[] | undefined;
  hidden: readonly HiddenGenerations[];
}

export interface LegAnswers {
  encoded: EncodedLegs;
  vectors: VectorAnswer;
  bm25: Bm25Answer | undefined;
  /** Legs that were asked and did not answer, in time or at all. */
  degraded: SearchLeg[];
}

const NOTHING: VectorAnswer = { fused: [], legs: {} };

/** Asks all legs at once for their best `depth` passages. What does not answer in its time is named and left out. */
export async function askLegs(
  deps: LegDeps,
  inquiry: Inquiry,
  scope: Scope,
  depth: number,
  timings: Timings,
): Promise<LegAnswers> {
  const [encoded, vectors, bm25] = await Promise.all([
    inquiry.encoded,
    askVectors(deps, inquiry, scope, depth, timings),
    inquiry.legs.includes('bm25')
      ? timed(timings, 'bm25', () =>
          withinTime(deps.limits.search.legTimeoutMs, () => askBm25(deps, inquiry, scope, depth)),
        )
      : undefined,
  ]);
  const degraded = new Set(encoded.degraded);
  if (!vectors) for (const leg of Object.keys(encoded.vectors) as VectorLeg[]) degraded.add(leg);
  if (inquiry.legs.includes('bm25') && !bm25) degraded.add('bm25');
  return {
    encoded,
    vectors: vectors ?? NOTHING,
    bm25,
    degraded: inquiry.legs.filter((leg) => degraded.has(leg)),
  };
}

/** @returns undefined when the vector store does not answer */
async function askVectors(
  { vectorIndex, limits }: LegDeps,
  { userId, encoded }: Inquiry,
  { fileIds, hidden }: Scope,
  limit: number,
  timings: Timings,
): Promise<VectorAnswer | undefined> {
  const { model, vectors: legs, weights, floors } = await encoded;
  if (fileIds?.length === 0 || Object.keys(legs).length === 0) return NOTHING;
  const query = { legs, weights, floors, limit, hidden, ...(model ? { model } : {}), ...(fileIds ? { fileIds } : {}) };
  return timed(timings, 'qdrant', () =>
    withinTime(limits.search.legTimeoutMs, () => vectorIndex.search(userId, query)),
  );
}

/** @returns undefined when it was given up */
async function askBm25(
  { db, limits }: LegDeps,
  { userId, parsed }: Inquiry,
  { fileIds }: Scope,
  limit: number,
): Promise<Bm25Answer | undefined> {
  const { bm25, legTimeoutMs } = limits.search;
  const deadline = Date.now() + legTimeoutMs;
  try {
    const ask = (trx: Trx) => searchBm25(trx, userId, { parsed, limit, fileIds, deadline }, bm25);
    // The connection, which may be the only one, is free again when nobody waits any longer.
    return await asUser(db, userId, ask, { timeoutMs: legTimeoutMs });
  } catch (error) {
    if (error instanceof Bm25TimeoutError) return undefined;
    throw error;
  }
}
