import { foldAccents, normalizeWord } from './fold.ts';
import { createRules, rulesFor } from './languages.ts';
import { type Token, tokenize } from './tokenize.ts';

/** Longer ones are cut here, in passages and queries alike: an index entry has room for no more than 2,700 bytes. */
const LONGEST_TERM = 200;

export interface AnalyzedText {
  /** How often each term stands in the text. */
  counts: Map<string, number>;
  /** Words that are not stop words. What comes beside a word (wholes, parts) adds nothing. */
  length: number;
}

export interface Analyzer {
  /** The term of a token; undefined for a stop word. */
  term(token: Pick<Token, 'text' | 'kind'>): string | undefined;
  /** What a token is made of in this language, beside it. */
  parts(token: Token): Token[];
  /** Every term of a text and where it stands, in order; those of parts and wholes overlap. */
  terms(text: string): Generator<Token & { term: string }>;
  analyze(text: string): AnalyzedText;
}

/**
 * Turns texts of one language into terms: case and accents folded, stemmed by Snowball, without stop words; identifiers,
 * addresses and numbers whole and in parts, compounds too where their parts show. Stemming is what costs, so the words seen are remembered: make one for a batch
 * of texts and let it go.
 *
 * @param language ISO 639-1; words of a language without rules stay unstemmed and none is a stop word, texts of which
 *   nobody could tell the language are taken to be English
 */
export function createAnalyzer(language: string | null | undefined): Analyzer {
  const rules = createRules(rulesFor(language));
  const words = new Map<string, string | undefined>();

  const wordTerm = (word: string): string | undefined => {
    const normal = normalizeWord(word);
    if (rules.isStopWord(foldAccents(normal))) return undefined;
    return cut(foldAccents(rules.stem(normal))) || undefined;
  };
  const term = ({ text, kind }: Pick<Token, 'text' | 'kind'>): string | undefined => {
    if (kind === 'whole' || kind === 'code') return cut(foldAccents(normalizeWord(text))) || undefined;
    if (!words.has(text)) words.set(text, wordTerm(text));
    return words.get(text);
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
      for (const each of [token, ...parts(token)]) {
        const found = term(each);
        if (found !== undefined) yield { ...each, term: found };
      }
    }
  }

  return {
    term,
    parts,
    terms,
    analyze(text) {
      const counts = new Map<string, number>();
      let length = 0;
      for (const { term: found, kind } of terms(text)) {
        counts.set(found, (counts.get(found) ?? 0) + 1);
        if (kind === 'word' || kind === 'code') length += 1;
      }
      return { counts, length };
    },
  };
}

function cut(term: string): string {
  return term.length > LONGEST_TERM ? term.slice(0, LONGEST_TERM).toWellFormed() : term;
}
