import { findBm25Blocks } from '#shared/db/bm25-repository.ts';
import type { Trx } from '#shared/db/database.ts';
import type { WeightedGroup } from '#shared/text/weigh-groups.ts';
import { Best } from './best.ts';
import type { PassageSpace } from './blocks.ts';
import type { Scores } from './scores.ts';

/** Added to bounds against what rounding may take away. */
const SLACK = 1e-9;

/** A search under way. */
export interface SearchState {
  space: PassageSpace;
  scores: Scores;
  /** Postings at hand, by term. */
  blocks: Map<string, Buffer>;
  bytesFetched: number;
  limit: number;
}

/**
 * MaxScore: rarest first. Once the passages found so far are better than one that holds all the remaining terms, and none
 * of the others, can become, the remaining ones are read only where a passage can still come among the best.
 */
export async function scoreGroups(
  trx: Trx,
  userId: string,
  state: SearchState,
  groups: readonly WeightedGroup[],
  known: ReadonlySet<string>,
): Promise<void> {
  const isAtHand = ({ terms }: WeightedGroup) => terms.every((term) => !known.has(term) || state.blocks.has(term));
  let done = 0;
  for (; done < groups.length; done += 1) {
    const group = groups[done];
    if (!group || !isAtHand(group)) break;
    state.scores.add(group, state.blocks);
  }
  while (done < groups.length) {
    const rest = groups.slice(done);
    const threshold = lowestOfTop(state);
    // From which on the rest cannot lift an unseen passage to the threshold.
    let keep = rest.length;
    for (let bound = 0; keep > 0; keep -= 1) {
      bound += rest[keep - 1]?.idf ?? 0;
      if (bound + SLACK >= threshold) break;
    }
    const isNarrow = keep === 0;
    const next = isNarrow ? rest : rest.slice(0, keep);
    const segments = isNarrow
      ? candidateSegments(state, threshold - SLACK - rest.reduce((sum, { idf }) => sum + idf, 0))
      : [...state.space.starts.keys()];
    const terms = next.flatMap((group) => group.terms).filter((term) => known.has(term));
    const fetched = await findBm25Blocks(trx, userId, terms, segments);
    for (const blocks of fetched.values()) state.bytesFetched += blocks.length;
    for (const group of next) state.scores.add(group, fetched);
    done += next.length;
  }
}

/** The score that a passage needs to be among the best as far as is known; 0 while there are too few. */
function lowestOfTop({ scores: { values }, limit }: SearchState): number {
  const best = new Best(limit, (a, b) => (values[a] ?? 0) > (values[b] ?? 0));
  values.forEach((score, passage) => {
    if (score > 0) best.offer(passage);
  });
  return best.worst === undefined ? 0 : (values[best.worst] ?? 0);
}

function candidateSegments({ scores: { values }, space }: SearchState, least: number): number[] {
  const segments: number[] = [];
  const starts = [...space.starts];
  starts.forEach(([segment, start], at) => {
    const end = starts[at + 1]?.[1] ?? space.size;
    for (let passage = start; passage < end; passage += 1) {
      if ((values[passage] ?? 0) >= least) {
        segments.push(segment);
        return;
      }
    }
  });
  return segments;
}
