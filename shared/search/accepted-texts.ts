import { createAnalyzer } from '#shared/text/analyzer.ts';
import type { ParsedQuery } from '#shared/text/parse-query.ts';
import { phraseMatcher } from '#shared/text/phrase.ts';
import type { Token } from '#shared/text/token.ts';
import { tokenize } from '#shared/text/tokenize.ts';

/**
 * Tells whether a text holds every quoted phrase of a query and nothing that it excludes, which legs that go by meaning
 * cannot: a phrase word for word, a single excluded word in any of its forms.
 */
export function acceptedTexts({ phrases, excluded }: ParsedQuery): (text: string, language: string | null) => boolean {
  if (phrases.length + excluded.length === 0) return () => true;
  const words = excluded.filter((each) => [...tokenize(each)].length === 1);
  const holds = phraseMatcher([...phrases, ...excluded.filter((each) => !words.includes(each))]);
  return (text, language) => {
    if (!holds(text).every((isHeld, at) => isHeld === at < phrases.length)) return false;
    if (words.length === 0) return true;
    const analyzer = createAnalyzer(language);
    const { counts, said } = analyzer.analyze(text);
    const isHeld = (token: Token): boolean =>
      counts.has(analyzer.term(token) ?? '') || said.has(analyzer.said(token) ?? '');
    return words.every((word) => ![...tokenize(word)].some(isHeld));
  };
}
