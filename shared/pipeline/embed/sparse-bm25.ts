import murmurhash from 'murmurhash';
import snowball from 'snowball-stemmers';
import type { SparseVector } from '#shared/ports/vector-index.ts';
import { ENGLISH_STOP_WORDS } from './english-stop-words.ts';

// The algorithm of Qdrant/bm25 (fastembed): words of letters, digits, marks and `_`, lower-cased, without stop words and
// words over 40 characters, stemmed by Snowball English, hashed. The vector store multiplies by the inverse document
// frequency (`modifier: idf`). Words of other languages pass the stemmer unchanged or nearly so, in passages and queries
// alike.

const K1 = 1.2;
const B = 0.75;
/**
 * The length in kept words that counts as average. A constant and not the corpus' real mean, so that a vector depends
 * on its own text alone: a mean that moved with every upload would make yesterday's vectors wrong.
 */
const AVERAGE_LENGTH = 256;
const LONGEST_WORD = 40;
const LARGEST_INDEX = 0x7fffffff;

// Combining marks are kept, as fastembed does by now: without them Hindi and Tamil words break at every vowel sign.
const WORD = /[\p{L}\p{N}\p{M}_]+/gu;

/** The id of a stemmed word: |murmur3_x86_32| of its UTF-8 bytes, seed 0, always within 0 … 2³¹ − 1 (a PostgreSQL int4). */
export function tokenId(stem: string): number {
  // |−2³¹| is the one value that fits no signed 32-bit integer.
  return Math.min(Math.abs(murmurhash.v3(stem, 0) | 0), LARGEST_INDEX);
}

function isTooLong(word: string): boolean {
  return word.length > LONGEST_WORD && (word.length > 2 * LONGEST_WORD || [...word].length > LONGEST_WORD);
}

/** How often each kept word stands in the text, before stemming. */
function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.normalize('NFC').toLowerCase().matchAll(WORD)) {
    if (!ENGLISH_STOP_WORDS.has(word) && !isTooLong(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** How often each term stands in the text, by id, and how many terms there are in all. */
function countTerms(text: string): { counts: Map<number, number>; length: number } {
  // A stemmer works in buffers of its own; making one costs less (4 µs) than stemming one word (5 µs).
  const stemmer = snowball.newStemmer('english');
  const counts = new Map<number, number>();
  let length = 0;
  for (const [word, count] of countWords(text)) {
    const stem = stemmer.stem(word);
    if (stem === '') continue;
    const id = tokenId(stem);
    // Two words that share an id are one term to the index, as they are in a query: their counts add up.
    counts.set(id, (counts.get(id) ?? 0) + count);
    length += count;
  }
  return { counts, length };
}

/**
 * The saturated, length-normalised frequency of every term of a passage. Indices are unique, ascending and fit an int4;
 * a text without a word worth keeping gives an empty vector.
 */
export function encodePassage(text: string): SparseVector {
  const { counts, length } = countTerms(text);
  const norm = K1 * (1 - B + (B * length) / AVERAGE_LENGTH);
  const terms = [...counts].sort(([a], [b]) => a - b);
  return {
    indices: terms.map(([id]) => id),
    values: terms.map(([, frequency]) => (frequency * (K1 + 1)) / (frequency + norm)),
  };
}

/** Weight 1 for every term of a query; indices as in {@link encodePassage}. */
export function encodeQuery(text: string): SparseVector {
  const indices = [...countTerms(text).counts.keys()].sort((a, b) => a - b);
  return { indices, values: indices.map(() => 1) };
}
