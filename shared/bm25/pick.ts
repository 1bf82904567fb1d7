import { Best } from './best.ts';
import { eachPosting, type PassageSpace } from './blocks.ts';
import type { Bm25Query } from './bm25-query.ts';
import type { SearchState } from './score-groups.ts';

/** Takes out the passages that hold what is excluded, or lack a word of a quoted phrase. */
export function restrict({ space, scores, blocks }: SearchState, query: Bm25Query): void {
  for (const { terms } of query.excluded) scores.strike(holders(terms, blocks, space));
  for (const { terms } of query.required) {
    const holding = holders(terms, blocks, space);
    scores.values.forEach((score, passage) => {
      if (score > 0 && !holding.has(passage)) scores.values[passage] = 0;
    });
  }
}

function holders(terms: readonly string[], blocks: ReadonlyMap<string, Buffer>, space: PassageSpace): Set<number> {
  const holding = new Set<number>();
  for (const term of terms) {
    eachPosting(blocks.get(term) ?? Buffer.alloc(0), space, (passage) => holding.add(passage));
  }
  return holding;
}

/** Best first; of equal scores by file and place. */
export function topOf({ scores: { values }, space, limit }: SearchState): number[] {
  const best = new Best(limit, (a, b) => {
    const difference = (values[a] ?? 0) - (values[b] ?? 0);
    if (difference !== 0) return difference > 0;
    const [first, second] = [space.locate(a), space.locate(b)];
    if (first.fileId !== second.fileId) return first.fileId < second.fileId;
    return first.chunkIndex < second.chunkIndex;
  });
  values.forEach((score, passage) => {
    if (score > 0) best.offer(passage);
  });
  return best.sorted();
}
