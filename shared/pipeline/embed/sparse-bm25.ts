import murmurhash from 'murmurhash';
import type { SparseVector } from '#shared/ports/vector-index.ts';
import { analyzeQuery } from '#shared/search/analysis/analyze-query.ts';
import { type Analyzer, createAnalyzer } from '#shared/search/analysis/analyzer.ts';
import { rulesFor } from '#shared/search/analysis/languages.ts';

// The weights and ids of Qdrant/bm25 (fastembed), over the terms that the bm25 leg has, too: words by the rules of the
// passage's language, identifiers whole and in parts. Plain English words have the ids that fastembed gives them. The
// vector store multiplies by the inverse document frequency (`modifier: idf`).

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

/**
 * Weight 1 for every term that a query's words have in one of the languages; indices as those of passages.
 * @param languages those of the person's passages
 */
export function encodeQuery(text: string, languages: readonly (string | null)[]): SparseVector {
  const ids = new Set(analyzeQuery(text, languages).flat().map(tokenId));
  const indices = [...ids].sort((a, b) => a - b);
  return { indices, values: indices.map(() => 1) };
}
