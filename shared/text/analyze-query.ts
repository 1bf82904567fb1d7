import { type Analyzer, createAnalyzer } from './analyzer.ts';
import { foldAccents, normalizeWord } from './fold.ts';
import { joinedCodes, joinedWords } from './joined-codes.ts';
import { languagesOfStopWord } from './languages.ts';
import { otherSpelling } from './other-spellings.ts';
import { likelyLanguages, type PassageLanguages } from './query-languages.ts';
import type { Token } from './token.ts';
import { tokenize } from './tokenize.ts';

/**
 * What a word is to a query: `content` says what is looked for. `function` is a function word of the language that the
 * query is in: it decides nothing unless nothing else is left. `doubtful` is one if the query is in one of the languages
 * that it may be in, and not if it is in another. `guess` is another spelling of a word beside it, which may be another word.
 */
export type Standing = 'content' | 'guess' | 'doubtful' | 'function';

/** A word of a query, by all that it may be in the index: the passages that may hold it are in several languages. */
export interface TermGroup {
  standing: Standing;
  /** Its terms in passages in whose language it is no function word. */
  terms: readonly string[];
  /** Its terms where it is one: they say how often the word is said. */
  said: readonly string[];
}

/** In more words than that, letters such as those of `value` are rarely those of a name. */
const MOST_WORDS_OF_NAMES = 4;

/**
 * The words of a text as terms in each language: a query does not say its own language, and a word finds the passages
 * of every language in the form that they were indexed by.
 *
 * @returns each word once, in order; a group holds at least one term, of either kind
 */
export function analyzeQuery(text: string, languages: PassageLanguages): TermGroup[] {
  return groupsOf(text, languages, [...tokenize(text)], { codes: true, guesses: true });
}

/**
 * As {@link analyzeQuery}, for an index that weighs each term by itself: without what a word may stand as besides, of which
 * the rarest form would weigh most.
 */
export function analyzeSurely(text: string, languages: PassageLanguages): TermGroup[] {
  return groupsOf(text, languages, [...tokenize(text)], { codes: true, guesses: false });
}

/** The words of a text as {@link analyzeQuery} has them, and nothing that they may be written as otherwise. */
export function analyzeWords(text: string, languages: PassageLanguages): TermGroup[] {
  const tokens = [...tokenize(text)].filter(({ kind }) => kind !== 'whole' && kind !== 'joined');
  return groupsOf(text, languages, tokens, { codes: false, guesses: false });
}

function groupsOf(
  text: string,
  languages: PassageLanguages,
  tokens: readonly Token[],
  { codes, guesses }: { codes: boolean; guesses: boolean },
): TermGroup[] {
  const analyzers = new Map([...languages.keys()].map((language) => [language, createAnalyzer(language)]));
  const likely = likelyLanguages(new Set(tokens.filter(({ kind }) => kind === 'word').map(folded)), languages);
  const groups = new Map<string, TermGroup>();
  const add = (
    spellings: (analyzer: Analyzer, language: string) => readonly Token[],
    standing: Standing,
    more: (analyzer: Analyzer) => string | undefined = () => undefined,
  ): void => {
    const [terms, said] = [new Set<string>(), new Set<string>()];
    for (const [language, analyzer] of analyzers) {
      for (const each of spellings(analyzer, language)) {
        const [term, asSaid] = [analyzer.term(each), analyzer.said(each)];
        if (term !== undefined) terms.add(term);
        if (asSaid !== undefined) said.add(asSaid);
      }
      const another = more(analyzer);
      if (another !== undefined) terms.add(another);
    }
    const group = { standing, terms: [...terms].sort(), said: [...said].sort() };
    const key = [...group.terms, ...group.said].join(' ');
    if (terms.size + said.size > 0 && !groups.has(key)) groups.set(key, group);
  };
  const isShort = tokens.filter(({ kind }) => kind === 'word').length <= MOST_WORDS_OF_NAMES;
  for (const token of tokens) {
    const standing = standingOf(token, likely);
    if (token.kind !== 'joined') add((analyzer) => spellingsOf(token, analyzer, guesses), standing);
    else if (guesses) add(() => [token], 'guess');
    for (const analyzer of analyzers.values()) {
      for (const part of analyzer.parts(token)) {
        add((each) => (each === analyzer ? [part, unaccented(part)] : []), standingOf(part, likely));
      }
    }
    if (!guesses || token.kind !== 'word' || standing !== 'content') continue;
    const other = otherSpelling(token.text, isShort);
    add(
      (analyzer, language) => {
        const bare = analyzer.bare(folded(token));
        // German words have both spellings in one term.
        if (other !== undefined && language !== 'de') bare.push(other);
        return bare.map((spelling) => ({ ...token, text: spelling }));
      },
      'guess',
      (analyzer) => analyzer.unaccented(token),
    );
  }
  const pieces = tokens.filter(isPiece);
  if (codes) {
    const asked = pieces.filter((token) => standingOf(token, likely) !== 'function');
    for (const token of joinedCodes(text, asked)) add(() => [token], 'content');
  }
  if (guesses) for (const token of joinedWords(text, pieces)) add(() => [token], 'guess');
  return [...groups.values()];
}

function spellingsOf(token: Token, analyzer: Analyzer, withForms: boolean): Token[] {
  const forms = withForms && token.kind === 'word' ? analyzer.forms(folded(token)) : [];
  return [token, unaccented(token), ...forms.map((text) => ({ ...token, text }))];
}

function unaccented(token: Token): Token {
  return { ...token, text: foldAccents(token.text) };
}

function isPiece({ kind }: Token): boolean {
  return kind === 'word' || kind === 'code';
}

/** What is written as an identifier, an address or a number is looked for. */
function standingOf(token: Token, likely: ReadonlySet<string>): Standing {
  if (token.kind === 'whole' || token.kind === 'code') return 'content';
  const languages = languagesOfStopWord(folded(token));
  const as = [...likely].filter((language) => languages.includes(language)).length;
  if (as === 0) return 'content';
  return as === likely.size ? 'function' : 'doubtful';
}

function folded({ text }: Pick<Token, 'text'>): string {
  return foldAccents(normalizeWord(text));
}

/** A word with all its terms alike: what it stands for where nothing else is left to decide. */
export function wholeWord({ terms, said }: TermGroup): TermGroup {
  return { standing: 'content', terms: [...terms, ...said].sort(), said: [] };
}

/** A word's beginning as terms have it. */
export function foldPrefix(prefix: string): string {
  return foldAccents(normalizeWord(prefix));
}
