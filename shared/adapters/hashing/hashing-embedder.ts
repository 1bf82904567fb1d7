import { LRUCache } from 'lru-cache';
import snowball from 'snowball-stemmers';
import { HASHING_MODEL_ID } from '#shared/models/models.ts';
import type { LocalEmbedder } from '#shared/ports/raw-model.ts';
import { ENGLISH_STOP_WORDS } from '#shared/text/english-stop-words.ts';
import { countTokensOf, tokensOf, wordsOf } from '#shared/text/word-tokens.ts';

const DIMENSIONS = 384;
// nDCG@10 on Cranfield varies by ±.015 with the seed of the hash, so that what follows is chosen by sense within that
// noise; without collisions (65,536 dimensions) the same features reach .47.
const DIMENSIONS_A_WORD = 4;
const NGRAM_LENGTHS = [3, 4, 5];
// Weight of all n-grams of one length beside the word's own 1. They find misspellings; above .3 they cost quality.
const NGRAM_WEIGHT = 0.3;
// Longer words say more.
const LENGTH_POWER = 0.25;
const STOP_WORD_WEIGHT = 0.02;
// What is beyond is no word but data (base64, a long number), and its n-grams are noise.
const LONGEST_WORD = 48;
const REMEMBERED_WORDS = 20_000;
// As a real model cuts at its window: it bounds the cost of any text, and shows a chunker that makes chunks too long.
const MAX_TOKENS = 512;

/** A word's part of the vector: `values[i]` is added to dimension `dimensions[i]`. */
interface WordVector {
  dimensions: Uint16Array;
  values: Float32Array;
}

/** FNV-1a over UTF-16 units with murmur3's final mix, without which its low bits are uneven. */
function hash(text: string, start: number, end: number, seed: number): number {
  let h = 0x811c9dc5 ^ seed;
  for (let i = start; i < end; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function wordVector(word: string, stem: (word: string) => string): WordVector {
  const sums = new Map<number, number>();
  const add = (text: string, start: number, end: number, seed: number, weight: number): void => {
    const h = hash(text, start, end, seed);
    const dimension = (h >>> 1) % DIMENSIONS;
    // A sign from the hash makes collisions cancel out on average instead of adding up.
    sums.set(dimension, (sums.get(dimension) ?? 0) + (h & 1 ? weight : -weight));
  };
  const isStopWord = ENGLISH_STOP_WORDS.has(word);
  const weight = isStopWord ? STOP_WORD_WEIGHT : Math.min(word.length, LONGEST_WORD) ** LENGTH_POWER;
  const stemmed = word.length <= LONGEST_WORD ? stem(word) : word;
  for (let i = 1; i <= DIMENSIONS_A_WORD; i += 1) {
    add(stemmed, 0, stemmed.length, i * 0x9e3779b1, weight / Math.sqrt(DIMENSIONS_A_WORD));
  }
  if (!isStopWord) {
    const marked = `<${word.slice(0, LONGEST_WORD)}>`;
    for (const length of NGRAM_LENGTHS) {
      const count = marked.length - length + 1;
      for (let i = 0; i < count; i += 1) add(marked, i, i + length, 0, (NGRAM_WEIGHT * weight) / Math.sqrt(count));
    }
  }
  return { dimensions: Uint16Array.from(sums.keys()), values: Float32Array.from(sums.values()) };
}

/** How often each of the first 512 words stands in the text; neighbouring characters of scripts without spaces count as pairs, too. */
function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  let previous = { text: '', end: -1 };
  let read = 0;
  for (const word of wordsOf(text.normalize('NFC').toLowerCase())) {
    read += 1;
    if (read > MAX_TOKENS) break;
    counts.set(word.text, (counts.get(word.text) ?? 0) + 1);
    if (!word.unspaced) continue;
    if (previous.end === word.start) {
      const pair = previous.text + word.text;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    previous = { text: word.text, end: word.start + word.text.length };
  }
  return counts;
}

/**
 * The built-in embedder `hashing-384`: words (stemmed) and their character 3- to 5-grams hashed into 384 signed
 * dimensions, sublinear in how often a word stands there, of unit length. It finds shared words, inflections and
 * misspellings, not meanings: .39 nDCG@10 on Cranfield where the sparse leg has .505. A text without a word gives the first unit
 * vector, because a vector store refuses or misranks a zero vector under cosine distance.
 */
export function createHashingEmbedder(): LocalEmbedder {
  const stemmer = snowball.newStemmer('english');
  const stem = (word: string): string => stemmer.stem(word);
  const vectors = new LRUCache<string, WordVector>({ max: REMEMBERED_WORDS });

  function vectorOf(word: string): WordVector {
    const known = vectors.get(word);
    if (known !== undefined) return known;
    const made = wordVector(word, stem);
    if (word.length <= LONGEST_WORD) vectors.set(word, made);
    return made;
  }

  function embed(text: string): number[] {
    const sum = new Float64Array(DIMENSIONS);
    for (const [word, count] of countWords(text)) {
      const { dimensions, values } = vectorOf(word);
      const frequency = 1 + Math.log(count);
      for (let i = 0; i < dimensions.length; i += 1) {
        const dimension = dimensions[i] ?? 0;
        sum[dimension] = (sum[dimension] ?? 0) + frequency * (values[i] ?? 0);
      }
    }
    let squares = 0;
    for (const value of sum) squares += value * value;
    if (squares === 0) sum[0] = squares = 1;
    const length = Math.sqrt(squares);
    return Array.from(sum, (value) => Math.fround(value / length));
  }

  const embedTexts = async (texts: readonly string[]): Promise<number[][]> => texts.map(embed);
  return {
    describe: async () => ({ id: HASHING_MODEL_ID, dimensions: DIMENSIONS, maxTokens: MAX_TOKENS }),
    embedTexts,
    embedPassages: embedTexts,
    embedQuery: async (text) => embed(text),
    countTokens: async (texts) => texts.map(countTokensOf),
    tokenize: async (texts) => texts.map(tokensOf),
    dispose: async () => undefined,
  };
}
