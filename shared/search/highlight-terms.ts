import type { SearchResult } from '#shared/api/search.ts';
import { analyzeQuery, foldPrefix, wholeWord } from '#shared/text/analyze-query.ts';
import type { Analyzer } from '#shared/text/analyzer.ts';
import type { Analyzers } from '#shared/text/analyzers.ts';
import { foldAccents, normalizeWord } from '#shared/text/fold.ts';
import { rulesFor } from '#shared/text/languages.ts';
import type { ParsedQuery } from '#shared/text/parse-query.ts';
import { isAllFunctionWords } from '#shared/text/weigh-groups.ts';

type Spans = SearchResult['highlights'];

/** Shorter ones begin too much. */
const LAST_WORD = /[\p{L}\p{N}\p{M}_]{3,}$/u;

/** Terms of a query by one language's rules, and what makes terms of the words of texts in it. */
interface Wanted {
  analyzer: Analyzer;
  terms: ReadonlySet<string>;
}

/**
 * Finds the words of a text that the query asks for, as the keyword index does: by stems of the text's language, without
 * accents, identifiers whole and in parts, beginnings of words where the query has them.
 * @returns a function from a text and its language to the spans of its matching words: UTF-16 offsets, in order, none
 *   within another
 */
export function highlightTerms(
  { text: asked, prefixes, isUnfinished = false }: ParsedQuery,
  analyzers: Analyzers,
): (text: string, language?: string | null, also?: ReadonlySet<string>) => Spans {
  const beginnings = [...prefixes, ...(isUnfinished ? (asked.match(LAST_WORD) ?? []) : [])].map(foldPrefix);
  const byRules = new Map<string, Wanted>();
  const wantedIn = (language: string | null | undefined): Wanted => {
    const rules = rulesFor(language);
    const wanted = byRules.get(rules) ?? wantedBy(rules, asked, analyzers);
    byRules.set(rules, wanted);
    return wanted;
  };
  return (text, language, also) => {
    const { analyzer, terms } = wantedIn(language);
    const spans: Spans = [];
    for (const { term, text: word, start, end } of analyzer.terms(text)) {
      const matches =
        terms.has(term) ||
        also?.has(term) === true ||
        (beginnings.length > 0 && startsWithAny(foldAccents(normalizeWord(word)), beginnings));
      if (matches) spans.push({ start, end });
    }
    return merged(spans);
  };
}

/** Wholes and parts overlap each other. */
function merged(spans: readonly Spans[number][]): Spans {
  const apart: Spans = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = apart.at(-1);
    if (last === undefined || start >= last.end) apart.push({ start, end });
    else last.end = Math.max(last.end, end);
  }
  return apart;
}

/** Function words are marked where the query has nothing else. */
function wantedBy(rules: string, asked: string, analyzers: Analyzers): Wanted {
  const groups = analyzeQuery(asked, new Map([[rules, 1]]));
  const marked = isAllFunctionWords(groups)
    ? groups.map(wholeWord)
    : groups.filter(({ standing }) => standing !== 'function');
  return { analyzer: analyzers(rules), terms: new Set(marked.flatMap(({ terms }) => terms)) };
}

function startsWithAny(word: string, beginnings: readonly string[]): boolean {
  return beginnings.some((beginning) => word.startsWith(beginning));
}
