import type { Trx } from '#shared/db/database.ts';
import { findFilesNamed, nameKey } from '#shared/db/named-files-repository.ts';
import { analyzeQuery } from '#shared/text/analyze-query.ts';
import { createAnalyzer } from '#shared/text/analyzer.ts';
import { foldAccents, normalizeWord } from '#shared/text/fold.ts';
import type { PassageLanguages } from '#shared/text/query-languages.ts';
import { tokenize } from '#shared/text/tokenize.ts';
import { inverseFrequency } from '#shared/text/weigh-groups.ts';

/**
 * What a word of the name adds to a passage, of what the word weighs: less than the word in a passage of average length
 * (1 / 2.2), so that what says it comes before what is only called so.
 */
const SHARE = 0.35;
/** The share of the words asked for that a name must hold. */
const LEAST_COVERAGE = 0.5;
const MOST_FILES = 200;
const MOST_WORDS = 16;
/** Shorter keys are in every other name. */
const SHORTEST_KEY = 2;
const EXTENSION = /(?<=.)\.[\p{L}\p{N}]{1,8}$/u;

export interface Named {
  fileId: string;
  chunkId: string;
  /** What the name adds to its best passage. */
  score: number;
  /** Whether the name holds all that is asked for. */
  isWhole: boolean;
}

interface AskedWord {
  terms: ReadonlySet<string>;
  /** Where the word may go on: what was typed of it. */
  beginning: string | undefined;
}

/**
 * Files by the words of their names, as they are at this moment: nothing of names is indexed, so that a new name needs no
 * index and leaves nothing behind.
 * @param frequencies passages that hold each term
 */
export async function findNamed(
  trx: Trx,
  userId: string,
  asked: { text: string; isUnfinished: boolean; fileIds: readonly string[] | undefined },
  languages: PassageLanguages,
  frequencies: ReadonlyMap<string, number>,
  chunks: number,
): Promise<Named[]> {
  const words = wordsOf(asked.text, languages, asked.isUnfinished);
  const keys = new Set(words.flatMap(keysOf).filter((key) => key.length >= SHORTEST_KEY));
  if (keys.size === 0) return [];
  const files = await findFilesNamed(trx, userId, { keys: [...keys], fileIds: asked.fileIds, limit: MOST_FILES });
  if (files.length === 0) return [];
  const analyzers = [...languages.keys()].map((language) => createAnalyzer(language));
  const held = files.map(({ filename }) => {
    const name = filename.replace(EXTENSION, '').replaceAll('_', ' ');
    const terms = new Set(analyzers.flatMap((analyzer) => [...analyzer.terms(name)].map(({ term }) => term)));
    return words.filter((word) => isIn(word, terms));
  });
  const weights = new Map(
    words.map((word) => {
      const called = held.filter((each) => each.includes(word)).length;
      const said = [...word.terms].reduce((sum, term) => sum + (frequencies.get(term) ?? 0), 0);
      return [word, inverseFrequency(Math.min(called + said, chunks), chunks)];
    }),
  );
  const best = new Map<string, Named>();
  files.forEach(({ fileId, chunkId }, at) => {
    const found = held[at] ?? [];
    if (found.length < LEAST_COVERAGE * words.length || found.length === 0) return;
    const score = SHARE * found.reduce((sum, word) => sum + (weights.get(word) ?? 0), 0);
    const known = best.get(fileId);
    // Of an original and its duplicates, the name that says most.
    if (!known || known.score < score)
      best.set(fileId, { fileId, chunkId, score, isWhole: found.length === words.length });
  });
  return [...best.values()].sort((a, b) => b.score - a.score || (a.fileId < b.fileId ? -1 : 1));
}

/** What is asked for, without function words. */
function wordsOf(text: string, languages: PassageLanguages, isUnfinished: boolean): AskedWord[] {
  const tokens = [...tokenize(text)].filter(({ kind }) => kind === 'word' || kind === 'code');
  const content = new Set(
    analyzeQuery(text, languages)
      .filter(({ standing }) => standing === 'content')
      .flatMap(({ terms }) => terms),
  );
  const words = new Map<string, AskedWord>();
  for (const [at, token] of tokens.entries()) {
    const groups = analyzeQuery(token.text, languages);
    if (!groups.some(({ terms }) => terms.some((term) => content.has(term)))) continue;
    const isLast = isUnfinished && at === tokens.length - 1;
    const beginning = isLast && token.text.length >= 3 ? foldAccents(normalizeWord(token.text)) : undefined;
    words.set(token.text.toLowerCase(), { terms: new Set(groups.flatMap(({ terms }) => terms)), beginning });
  }
  return [...words.values()].slice(0, MOST_WORDS);
}

/** A stem may end in `i` where the word has `y`. */
function keysOf({ terms, beginning }: AskedWord): string[] {
  const keys = [...terms].map((term) => nameKey(term).replace(/(?<=.{3})i$/, ''));
  return beginning === undefined ? keys : [...keys, nameKey(beginning)];
}

function isIn({ terms, beginning }: AskedWord, named: ReadonlySet<string>): boolean {
  for (const term of named) {
    if (terms.has(term) || (beginning !== undefined && term.startsWith(beginning))) return true;
  }
  return false;
}
