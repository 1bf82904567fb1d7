import { foldAccents, normalizeWord } from './fold.ts';
import { createRules, rulesFor } from './languages.ts';
import type { Token } from './token.ts';
import { tokenize } from './tokenize.ts';

/** Longer ones are cut here, in passages and queries alike: an index entry has room for no more than 2,700 bytes. */
const LONGEST_TERM = 200;

/**
 * Begins the terms of function words, which no other term can begin with: passages hold them so that it is known how often
 * a word is said, and find a query by them only where it consists of nothing else.
 */
const SAID = '=';

/** Begins the terms of words without their accents: queries only guess at them. */
const UNACCENTED = '~';

/** The term of a word in passages in whose language it is a function word. @param word or the beginning of one, folded */
export function saidTerm(word: string): string {
  return cut(SAID + word);
}

/** Whether {@link saidTerm} gave this term. */
export function isSaidTerm(term: string): boolean {
  return term.startsWith(SAID);
}

/** Whether a term stands beside the word's own, for queries that may ask for it. */
export function isUnaccentedTerm(term: string): boolean {
  return term.startsWith(UNACCENTED);
}

/** A term as the word it comes from. */
export function plainTerm(term: string): string {
  return isSaidTerm(term) || isUnaccentedTerm(term) ? term.slice(1) : term;
}

export interface AnalyzedText {
  /** How often each term stands in the text, but for function words. */
  counts: Map<string, number>;
  /** How often each function word stands there, by its {@link saidTerm}. */
  said: Map<string, number>;
  /** Words that are not stop words. What comes beside a word (wholes, parts) adds nothing. */
  length: number;
}

export interface Analyzer {
  /** The term of a token; undefined for a stop word. */
  term(token: Pick<Token, 'text' | 'kind'>): string | undefined;
  /** What a token is made of in this language, beside it. */
  parts(token: Token): Token[];
  /** How a word that is looked for may stand in a text besides, and what it may be a form of. */
  forms(word: string): string[];
  bare(word: string): string[];
  /**
   * The term of a word without its accents, which passages hold beside it where the stemmer makes something else of that;
   * undefined in other languages.
   */
  unaccented(token: Pick<Token, 'text' | 'kind'>): string | undefined;
  /** The {@link saidTerm} of a token that is a function word; undefined for any other, and for parts of words. */
  said(token: Pick<Token, 'text' | 'kind'>): string | undefined;
  /** Every term of a text and where it stands, function words as well, in order; those of parts and wholes overlap. */
  terms(text: string): Generator<Token & { term: string }>;
  analyze(text: string): AnalyzedText;
}

/** The terms of words that were seen. */
export interface SeenWords {
  get(word: string): string | undefined;
  set(word: string, term: string): unknown;
}

/**
 * Turns texts of one language into terms: case and accents folded, stemmed by Snowball, without stop words; identifiers,
 * addresses and numbers whole and in parts, compounds too where their parts show.
 *
 * @param language ISO 639-1; words of a language without rules stay unstemmed and none is a stop word, texts of which
 *   nobody could tell the language are taken to be English
 * @param seen stemming is what costs, so the words seen are remembered: by default all of them, for a batch of texts
 *   after which the analyzer is let go
 */
export function createAnalyzer(language: string | null | undefined, seen: SeenWords = new Map()): Analyzer {
  const rules = createRules(rulesFor(language));

  const wordTerm = (word: string): string => {
    const normal = rules.normalize(word);
    const folded = foldAccents(normal);
    return rules.isStopWord(folded) ? saidTerm(folded) : cut(foldAccents(rules.stem(normal)));
  };
  const remembered = (word: string): string => {
    const known = seen.get(word);
    if (known !== undefined) return known;
    const made = wordTerm(word);
    seen.set(word, made);
    return made;
  };
  const anyTerm = ({ text, kind }: Pick<Token, 'text' | 'kind'>): string =>
    kind === 'whole' || kind === 'code' ? cut(foldCode(text)) : remembered(text);
  const term: Analyzer['term'] = (token) => {
    const found = anyTerm(token);
    return found === '' || isSaidTerm(found) ? undefined : found;
  };
  const said: Analyzer['said'] = (token) => {
    const found = token.kind === 'word' ? anyTerm(token) : '';
    return isSaidTerm(found) ? found : undefined;
  };

  const parts = ({ text, start, kind }: Token): Token[] =>
    kind !== 'word'
      ? []
      : rules.parts(text).map((part) => {
          const from = start + part.start;
          return { text: part.text, start: from, end: from + part.text.length, kind: 'part' };
        });

  function* terms(text: string): ReturnType<Analyzer['terms']> {
    for (const token of tokenize(text)) {
      const found = anyTerm(token);
      // What stands beside words is not said.
      if (found !== '' && !(token.kind !== 'word' && isSaidTerm(found))) yield { ...token, term: found };
      if (token.kind !== 'word') continue;
      for (const part of parts(token)) {
        const term = anyTerm(part);
        if (term !== found && term !== '' && !isSaidTerm(term)) yield { ...part, term };
      }
      const beside = isSaidTerm(found) ? undefined : unaccented(token);
      if (beside !== undefined && beside !== UNACCENTED + found) yield { ...token, kind: 'part', term: beside };
    }
  }

  const unaccented: Analyzer['unaccented'] = ({ text, kind }) =>
    kind === 'word' && rules.alsoWithoutAccents ? UNACCENTED + remembered(foldAccents(normalizeWord(text))) : undefined;

  return {
    unaccented,
    forms: rules.forms,
    bare: rules.bare,
    term,
    said,
    parts,
    terms,
    analyze(text) {
      const [counts, functionWords] = [new Map<string, number>(), new Map<string, number>()];
      let length = 0;
      for (const { term: found, kind } of terms(text)) {
        const isSaid = isSaidTerm(found);
        const into = isSaid ? functionWords : counts;
        into.set(found, (into.get(found) ?? 0) + 1);
        if (!isSaid && (kind === 'word' || kind === 'code')) length += 1;
      }
      return { counts, said: functionWords, length };
    },
  };
}

/** Both hyphens that hold a code together are the one on the keyboard. */
function foldCode(text: string): string {
  return foldAccents(normalizeWord(text)).replaceAll('\u2010', '-');
}

function cut(term: string): string {
  return term.length > LONGEST_TERM ? term.slice(0, LONGEST_TERM).toWellFormed() : term;
}
