import murmurhash from 'murmurhash';
import type { SparseVector } from '#shared/ports/sparse-embedder.ts';
import type { TermGroup } from './analyze-query.ts';
import { type Analyzer, createAnalyzer, isSaidTerm, isUnaccentedTerm } from './analyzer.ts';
import { rulesFor } from './languages.ts';
import { inverseFrequency, weighGroups } from './weigh-groups.ts';

// The weights and ids of Qdrant/bm25 (fastembed), over the terms that the bm25 leg has, too: words by the rules of the
// passage's language, identifiers whole and in parts. Plain English words have the ids that fastembed gives them, but for
// the forms of irregular verbs. The vector store multiplies by the inverse document frequency (`modifier: idf`).

const K1 = 1.2;
const B = 0.75;
/**
 * The length in kept words that counts as average. A constant and not the corpus' real mean, so that a vector depends
 * on its own text alone: a mean that moved with every upload would make yesterday's vectors wrong.
 */
const AVERAGE_LENGTH = 256;
const LARGEST_INDEX = 0x7fffffff;

/** The id of a term: |murmur3_x86_32| of its UTF-8 bytes, seed 0, always within 0 … 2³¹ − 1 (a PostgreSQL int4). */
export function tokenId(term: string): number {
  // |−2³¹| is the one value that fits no signed 32-bit integer.
  return Math.min(Math.abs(murmurhash.v3(term, 0) | 0), LARGEST_INDEX);
}

/** How often each term stands in the text, by id, and how many words there are in all. */
function countTerms(analyzer: Analyzer, text: string): { counts: Map<number, number>; length: number } {
  const terms = analyzer.analyze(text);
  const counts = new Map<number, number>();
  for (const [term, count] of terms.counts) {
    if (isUnaccentedTerm(term)) continue;
    const id = tokenId(term);
    // Two terms that share an id are one to the index, as they are in a query: their counts add up.
    counts.set(id, (counts.get(id) ?? 0) + count);
  }
  return { counts, length: terms.length };
}

/**
 * Makes what gives the saturated, length-normalised frequency of every term of a passage. Indices are unique, ascending
 * and fit an int4; a text without a word worth keeping gives an empty vector. It remembers the words it has seen: make one
 * for a batch of passages and let it go.
 */
export function createPassageEncoder(): (text: string, language: string | null) => SparseVector {
  const analyzers = new Map<string, Analyzer>();
  return (text, language) => {
    const rules = rulesFor(language);
    const analyzer = analyzers.get(rules) ?? createAnalyzer(rules);
    analyzers.set(rules, analyzer);
    const { counts, length } = countTerms(analyzer, text);
    const norm = K1 * (1 - B + (B * length) / AVERAGE_LENGTH);
    const terms = [...counts].sort(([a], [b]) => a - b);
    return {
      indices: terms.map(([id]) => id),
      values: terms.map(([, frequency]) => (frequency * (K1 + 1)) / (frequency + norm)),
    };
  };
}

/** How many passages hold each term, and how many there are. */
export interface TermCounts {
  frequencies: ReadonlyMap<string, number>;
  chunks: number;
}

/**
 * A query as the sparse vectors see it; indices as those of passages. A word weighs 1, what the vector store's inverse
 * document frequency is multiplied by. That store knows nothing of the passages in which a word is said as a function word;
 * where there are such passages, or words that are doubtful, the weights make up for it, by the counts of the keyword
 * index.
 *
 * @param count is asked only then
 * @returns an empty vector for a query of nothing but function words: passages in their own language have none of them here
 */
export async function encodeQuery(
  groups: readonly TermGroup[],
  count: (terms: readonly string[]) => Promise<TermCounts>,
): Promise<SparseVector> {
  const asked = groups.filter(({ standing }) => standing === 'content' || standing === 'doubtful');
  if (asked.length === 0) {
    const isLeftOut = groups.some(({ said }) => said.length > 0);
    return isLeftOut ? vectorOf([]) : plainVector(groups);
  }
  if (asked.every(({ standing, said }) => standing === 'content' && said.length === 0)) {
    return plainVector(asked);
  }
  const { frequencies, chunks } = await count(asked.flatMap(({ terms, said }) => [...terms, ...said]));
  return vectorOf(
    weighGroups(asked, frequencies, chunks).flatMap(({ terms, idf }) =>
      terms
        .filter((term) => !isSaidTerm(term) && frequencies.has(term))
        .map((term): [string, number] => [term, idf / inverseFrequency(frequencies.get(term) ?? 0, chunks)]),
    ),
  );
}

function plainVector(groups: readonly TermGroup[]): SparseVector {
  return vectorOf(groups.flatMap(({ terms }) => terms.map((term): [string, number] => [term, 1])));
}

function vectorOf(weights: readonly (readonly [string, number])[]): SparseVector {
  const byId = new Map<number, number>();
  for (const [term, weight] of weights) {
    const id = tokenId(term);
    byId.set(id, Math.max(byId.get(id) ?? 0, weight));
  }
  const indices = [...byId.keys()].sort((a, b) => a - b);
  return { indices, values: indices.map((index) => byId.get(index) ?? 0) };
}
