import { createAnalyzer } from './analyzer.ts';
import { foldAccents, normalizeWord } from './fold.ts';
import { languagesOfStopWord } from './languages.ts';
import { likelyLanguages, type PassageLanguages } from './query-languages.ts';
import { type Token, tokenize } from './tokenize.ts';

/**
 * What a word is to a query: `content` says what is looked for. `function` is a function word of the language that the
 * query is in: it decides nothing unless nothing else is left. `doubtful` is one if the query is in one of the languages
 * that it may be in, and not if it is in another.
 */
export type Standing = 'content' | 'doubtful' | 'function';

/** A word of a query, by all that it may be in the index: the passages that may hold it are in several languages. */
export interface TermGroup {
  standing: Standing;
  /** Its terms in passages in whose language it is no function word. */
  terms: readonly string[];
  /** Its terms where it is one: they say how often the word is said. */
  said: readonly string[];
}

/**
 * The words of a text as terms in each language: a query does not say its own language, and a word finds the passages
 * of every language in the form that they were indexed by.
 *
 * @returns each word once, in order; a group holds at least one term, of either kind
 */
export function analyzeQuery(text: string, languages: PassageLanguages): TermGroup[] {
  const analyzers = [...languages.keys()].map((language) => createAnalyzer(language));
  const tokens = [...tokenize(text)];
  const likely = likelyLanguages(new Set(tokens.filter(({ kind }) => kind === 'word').map(folded)), languages);
  const groups = new Map<string, TermGroup>();
  const add = (token: Token, by: typeof analyzers): void => {
    const unaccented = { ...token, text: foldAccents(token.text) };
    const [terms, said] = [new Set<string>(), new Set<string>()];
    for (const analyzer of by) {
      for (const each of [token, unaccented]) {
        const [term, asSaid] = [analyzer.term(each), analyzer.said(each)];
        if (term !== undefined) terms.add(term);
        if (asSaid !== undefined) said.add(asSaid);
      }
    }
    const group = { standing: standingOf(token, likely), terms: [...terms].sort(), said: [...said].sort() };
    if (terms.size + said.size > 0) groups.set([...group.terms, ...group.said].join(' '), group);
  };
  for (const token of tokens) {
    add(token, analyzers);
    for (const analyzer of analyzers) for (const part of analyzer.parts(token)) add(part, [analyzer]);
  }
  return [...groups.values()];
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
