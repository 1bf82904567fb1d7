import { analyzeQuery, analyzeWords, foldPrefix, type TermGroup, wholeWord } from '#shared/text/analyze-query.ts';
import { saidTerm } from '#shared/text/analyzer.ts';
import type { ParsedQuery } from '#shared/text/parse-query.ts';
import type { PassageLanguages } from '#shared/text/query-languages.ts';
import { tokenize } from '#shared/text/tokenize.ts';
import { plainWords, type UnfinishedWord } from './expand-missing.ts';

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
  /** The word that the query ends with. */
  last: UnfinishedWord | undefined;
}

/** Shorter ones begin too much. */
const SHORTEST_BEGINNING = 3;
/** A stem of what is being typed, which nobody said is one: `harb` is not to find `har`. */
const SHORTEST_TYPED = 5;
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
    last: undefined,
  };
  query.last = lastWord(parsed.text, languages, query.scored);
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
  if (parsed.isUnfinished) await addBeginning(query, parsed.text, expand);
  return query;
}

/** The last word is found by what it may become as well; a code, such as `INV-20`, by all of it. */
async function addBeginning(
  query: Bm25Query,
  text: string,
  expand: (beginning: string) => Promise<readonly string[]>,
): Promise<void> {
  const { last } = query;
  const beginning = last?.beginning ?? beginningOfCode(text);
  if (beginning === undefined) return;
  const terms = plainWords(await expandPrefix(beginning, expand, SHORTEST_TYPED));
  if (terms.length === 0) return;
  // A function word says nothing, whatever may become of it, as long as there are others.
  if (last?.group.standing !== 'content') {
    query.scored.push({ standing: last ? 'guess' : 'content', terms, said: [] });
    return;
  }
  const group = { ...last.group, terms: [...new Set([...last.group.terms, ...terms])].sort() };
  query.scored = query.scored.map((each) => (each === last.group ? group : each));
  query.last = undefined;
}

function beginningOfCode(text: string): string | undefined {
  const [piece] = /[\p{L}\p{N}]\S*$/u.exec(text.split(/\s+/).at(-1) ?? '') ?? [];
  return piece === undefined || piece.length < SHORTEST_BEGINNING ? undefined : foldPrefix(piece);
}

function lastWord(text: string, languages: PassageLanguages, groups: readonly TermGroup[]): UnfinishedWord | undefined {
  const asked = text.trimEnd();
  const last = [...tokenize(asked)].findLast(({ kind }) => kind === 'word');
  if (!last || last.end < asked.length || last.text.length < SHORTEST_BEGINNING) return undefined;
  const [alone] = analyzeWords(last.text, languages);
  const group = groups.find(({ terms }) => terms.join(' ') === alone?.terms.join(' '));
  return group && { group, beginning: foldPrefix(last.text) };
}

/**
 * The index holds stems, which may be shorter than what was typed (`computi*` is to find `computing`, indexed as
 * `comput`) or end in `i` for `y`: those that the prefix goes on from by a few letters count as well.
 */
async function expandPrefix(
  prefix: string,
  expand: (beginning: string) => Promise<readonly string[]>,
  shortestStem = SHORTEST_STEM,
): Promise<string[]> {
  const stem = prefix.replace(/y$/, 'i');
  const terms = [...(await expand(prefix))];
  // Function words are what is left where no other word begins so.
  if (terms.length === 0) terms.push(...(await expand(saidTerm(prefix))));
  const shortest = Math.max(shortestStem, stem.length - LONGEST_ENDING);
  const shorter = Array.from({ length: Math.max(0, stem.length - shortest + 1) }, (_, cut) =>
    stem.slice(0, stem.length - cut),
  );
  return [...new Set([...terms, ...shorter])].sort();
}
