import snowball from 'snowball-stemmers';
import * as lists from 'stopword';
import { germanParts, likelyGermanParts, type WordPart } from './compounds.ts';
import { ENGLISH_STOP_WORDS } from './english-stop-words.ts';
import { foldAccents, normalizeWord } from './fold.ts';
import { regularEnglish } from './irregular-english.ts';
import { createScriptRules, type ScriptRules, scriptOf } from './script-words.ts';

/** How words of one language become terms. */
export interface LanguageRules {
  /** One spelling of letters: full-width forms, ligatures and case. */
  normalize(word: string): string;
  /** @param word normalised, with its accents */
  stem(word: string): string;
  /** Whether passages are found by stems of words without their accents as well: where a stemmer makes others of those. */
  alsoWithoutAccents: boolean;
  /** @param word normalised, accents folded */
  isStopWord(word: string): boolean;
  /** What a word is made of, where that can be told. @param word as it stands in the text */
  parts(word: string): WordPart[];
  /** How a word that is looked for may stand in a text besides, and what it may be a form of. */
  forms(word: string): string[];
  bare(word: string): string[];
}

interface Language {
  stemmer: string;
  /** As their list has them. */
  stopWords: Iterable<string>;
  normalize?: (word: string) => string;
  /** What a word is spelt as before it is stemmed. */
  respell?: (word: string) => string;
  alsoWithoutAccents?: boolean;
  parts?: (word: string) => WordPart[];
}

const UMLAUTS: ReadonlyMap<string, string> = new Map([
  ['ae', 'ä'],
  ['oe', 'ö'],
  ['ue', 'ü'],
]);
const DIGRAPH = /(?<![aeiouäöüyq])[aou]e/g;

// By ISO 639-1 code: every language that has both a Snowball stemmer and a list of stop words in the two libraries.
const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['ar', { stemmer: 'arabic', stopWords: lists.ara }],
  ['ca', { stemmer: 'catalan', stopWords: lists.cat }],
  ['cs', { stemmer: 'czech', stopWords: lists.ces }],
  ['da', { stemmer: 'danish', stopWords: lists.dan }],
  ['de', { stemmer: 'german', stopWords: lists.deu, respell: withUmlauts, parts: germanParts }],
  // What nobody could tell may be German.
  ['en', { stemmer: 'english', stopWords: ENGLISH_STOP_WORDS, respell: plainEnglish, parts: likelyGermanParts }],
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
  ['tr', { stemmer: 'turkish', stopWords: lists.tur, normalize: normalizeTurkish, alsoWithoutAccents: true }],
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
  const stemmer = language && snowball.newStemmer(language.stemmer);
  const { normalize = normalizeWord, respell = same, alsoWithoutAccents = false, parts = noParts } = language ?? {};
  const byScript = new Map<string, ScriptRules>();
  const scriptRulesOf = (word: string): ScriptRules | undefined => {
    const script = scriptOf(word);
    // Persian and Urdu share the letters alone.
    if (script === undefined || (script === 'arabic' && !language)) return undefined;
    const rules = byScript.get(script) ?? createScriptRules(script);
    byScript.set(script, rules);
    return rules;
  };
  return {
    normalize,
    stem: (word) => scriptRulesOf(word)?.stem(word) ?? stemmer?.stem(respell(word)) ?? word,
    alsoWithoutAccents,
    isStopWord: (word) => languagesOfStopWord(word).includes(name),
    parts: (word) => scriptRulesOf(word)?.parts(word) ?? parts(word),
    forms: (word) => scriptRulesOf(word)?.forms(word) ?? [],
    bare: (word) => scriptRulesOf(word)?.bare(word) ?? [],
  };
}

function same(word: string): string {
  return word;
}

function noParts(): WordPart[] {
  return [];
}

/** `Mueller` as `Müller`, but for `neue` and `Quelle`. German words that have these letters otherwise lose nothing by it. */
function withUmlauts(word: string): string {
  return word.replace(DIGRAPH, (digraph) => UMLAUTS.get(digraph) ?? digraph);
}

/** English has no accents of its own: words that have some are typed without as often. */
function plainEnglish(word: string): string {
  return regularEnglish(foldAccents(word));
}

/** Turkish has two letters i, each with a capital of its own. */
function normalizeTurkish(word: string): string {
  return word.normalize('NFKC').toLocaleLowerCase('tr');
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
