import { analyzeQuery, analyzeWords, foldPrefix, type TermGroup, wholeWord } from '#shared/text/analyze-query.ts';
import { saidTerm } from '#shared/text/analyzer.ts';
import type { ParsedQuery } from '#shared/text/parse-query.ts';
import type { PassageLanguages } from '#shared/text/query-languages.ts';

/** A query in terms of the index. */
export interface Bm25Query {
  /** What passages are scored by; one that holds none of these is not found. */
  scored: TermGroup[];
  /** A passage that holds one of these is not found. */
  excluded: TermGroup[];
  /** A passage that lacks one of these is not found: it cannot hold the quoted phrases. */
  required: TermGroup[];
  /** Asked of the text itself, since the index knows no order of words. */
  phrases: string[];
  excludedPhrases: string[];
}

const SHORTEST_STEM = 3;
const LONGEST_ENDING = 3;

/**
 * @param languages of the person's passages
 * @param expand gives the person's terms that begin so
 */
export async function toBm25Query(
  parsed: ParsedQuery,
  languages: PassageLanguages,
  expand: (beginning: string) => Promise<readonly string[]>,
): Promise<Bm25Query> {
  const query: Bm25Query = {
    scored: analyzeQuery(parsed.text, languages),
    excluded: [],
    required: [],
    phrases: parsed.phrases,
    excludedPhrases: [],
  };
  for (const phrase of parsed.phrases) {
    const words = analyzeWords(phrase, languages);
    const required = words.filter(({ said }) => said.length === 0);
    if (required.length > 0) query.required.push(...required);
    else {
      // Nothing but function words: in quotes they are meant.
      query.required.push(...words.map(wholeWord));
      query.scored.push(...words.map(wholeWord));
    }
  }
  for (const excluded of parsed.excluded) {
    const [first, ...more] = analyzeWords(excluded, languages);
    if (first && more.length === 0 && first.said.length === 0) query.excluded.push(first);
    else query.excludedPhrases.push(excluded);
  }
  for (const prefix of parsed.prefixes) {
    const terms = await expandPrefix(foldPrefix(prefix), expand);
    if (terms.length > 0) query.scored.push({ standing: 'content', terms, said: [] });
  }
  return query;
}

/**
 * The index holds stems, which may be shorter than what was typed (`computi*` is to find `computing`, indexed as
 * `comput`) or end in `i` for `y`: those that the prefix goes on from by a few letters count as well.
 */
async function expandPrefix(
  prefix: string,
  expand: (beginning: string) => Promise<readonly string[]>,
): Promise<string[]> {
  const stem = prefix.replace(/y$/, 'i');
  const terms = [...(await expand(prefix))];
  // Function words are what is left where no other word begins so.
  if (terms.length === 0) terms.push(...(await expand(saidTerm(prefix))));
  const shortest = Math.max(SHORTEST_STEM, stem.length - LONGEST_ENDING);
  const shorter = Array.from({ length: Math.max(0, stem.length - shortest + 1) }, (_, cut) =>
    stem.slice(0, stem.length - cut),
  );
  return [...new Set([...terms, ...shorter])].sort();
}
