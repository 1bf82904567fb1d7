import snowball from 'snowball-stemmers';
import * as lists from 'stopword';
import { germanParts, type WordPart } from './compounds.ts';
import { ENGLISH_STOP_WORDS } from './english-stop-words.ts';
import { foldAccents, normalizeWord } from './fold.ts';

/** How words of one language become terms. */
export interface LanguageRules {
  /** @param word normalised, with its accents */
  stem(word: string): string;
  /** @param word normalised, accents folded */
  isStopWord(word: string): boolean;
  /** What a word is made of, where that can be told. @param word as it stands in the text */
  parts(word: string): WordPart[];
}

interface Language {
  stemmer: string;
  /** As their list has them. */
  stopWords: Iterable<string>;
  parts?: (word: string) => WordPart[];
}

// By ISO 639-1 code: every language that has both a Snowball stemmer and a list of stop words in the two libraries.
const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['ar', { stemmer: 'arabic', stopWords: lists.ara }],
  ['ca', { stemmer: 'catalan', stopWords: lists.cat }],
  ['cs', { stemmer: 'czech', stopWords: lists.ces }],
  ['da', { stemmer: 'danish', stopWords: lists.dan }],
  ['de', { stemmer: 'german', stopWords: lists.deu, parts: germanParts }],
  ['en', { stemmer: 'english', stopWords: ENGLISH_STOP_WORDS }],
  ['es', { stemmer: 'spanish', stopWords: lists.spa }],
  ['eu', { stemmer: 'basque', stopWords: lists.eus }],
  ['fi', { stemmer: 'finnish', stopWords: lists.fin }],
  ['fr', { stemmer: 'french', stopWords: lists.fra }],
  ['ga', { stemmer: 'irish', stopWords: lists.gle }],
  ['hu', { stemmer: 'hungarian', stopWords: lists.hun }],
  ['hy', { stemmer: 'armenian', stopWords: lists.hye }],
  ['it', { stemmer: 'italian', stopWords: lists.ita }],
  ['nl', { stemmer: 'dutch', stopWords: lists.nld }],
  ['no', { stemmer: 'norwegian', stopWords: lists.nob }],
  ['pt', { stemmer: 'portuguese', stopWords: lists.por }],
  ['ro', { stemmer: 'romanian', stopWords: lists.ron }],
  ['ru', { stemmer: 'russian', stopWords: lists.rus }],
  ['sl', { stemmer: 'slovene', stopWords: lists.slv }],
  ['sv', { stemmer: 'swedish', stopWords: lists.swe }],
  ['tr', { stemmer: 'turkish', stopWords: lists.tur }],
]);

/** Texts of a language that has no rules: words as they are. */
export const SIMPLE = 'simple';

/**
 * What nobody could tell: notes of a few words, tables, code. English rules leave the words of most other languages as
 * they are, in passages and queries alike.
 */
export const ASSUMED = 'en';

/** The name of the rules for a language: its ISO 639-1 code, or {@link SIMPLE}. */
export function rulesFor(language: string | null | undefined): string {
  const code = (language ?? ASSUMED).toLowerCase().split('-')[0] ?? '';
  const known = code === 'nb' || code === 'nn' ? 'no' : code;
  return LANGUAGES.has(known) ? known : SIMPLE;
}

/** Makes the rules anew, because a stemmer works in buffers of its own. @param name as {@link rulesFor} gives it */
export function createRules(name: string): LanguageRules {
  const language = LANGUAGES.get(name);
  if (!language) return { stem: (word) => word, isStopWord: () => false, parts: () => [] };
  const stemmer = snowball.newStemmer(language.stemmer);
  return {
    stem: (word) => stemmer.stem(word),
    isStopWord: (word) => languagesOfStopWord(word).includes(name),
    parts: language.parts ?? (() => []),
  };
}

let languagesByStopWord: ReadonlyMap<string, readonly string[]> | undefined;
const NONE: readonly string[] = [];

/** The languages, by the names of their rules, in which a word is a stop word. @param word normalised, accents folded */
export function languagesOfStopWord(word: string): readonly string[] {
  languagesByStopWord ??= readStopWords();
  return languagesByStopWord.get(word) ?? NONE;
}

function readStopWords(): ReadonlyMap<string, readonly string[]> {
  const byWord = new Map<string, string[]>();
  for (const [name, { stopWords }] of LANGUAGES) {
    // A text is split at apostrophes before its words are looked up: `c'est` arrives as `c` and `est`.
    const words = new Set(
      [...stopWords].flatMap((entry) => foldAccents(normalizeWord(entry)).split(/[^\p{L}\p{M}]+/u)),
    );
    for (const word of words) byWord.set(word, [...(byWord.get(word) ?? []), name]);
  }
  return byWord;
}
