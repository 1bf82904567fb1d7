import {
  type Bm25Corpus,
  type Bm25Terms,
  findBm25Terms,
  findBm25TermsByPrefix,
  readBm25Corpus,
} from '#shared/db/bm25-repository.ts';
import { findChunkTexts } from '#shared/db/chunks-repository.ts';
import type { Trx } from '#shared/db/database.ts';
import { embeddingText } from '#shared/domain/chunk.ts';
import { chunkId } from '#shared/domain/ids.ts';
import { type TermGroup, wholeWord } from '#shared/text/analyze-query.ts';
import { rulesFor } from '#shared/text/languages.ts';
import type { ParsedQuery } from '#shared/text/parse-query.ts';
import { phraseMatcher } from '#shared/text/phrase.ts';
import { isAllFunctionWords, type WeightedGroup, weighGroups } from '#shared/text/weigh-groups.ts';
import { addNames, withNamed } from './add-names.ts';
import { readSegments } from './blocks.ts';
import { type Bm25Query, toBm25Query } from './bm25-query.ts';
import { expandMissing, type FindBeginnings } from './expand-missing.ts';
import { findNamed, type Named } from './named-files.ts';
import { restrict, topOf } from './pick.ts';
import { type SearchState, scoreGroups } from './score-groups.ts';
import { type Bm25Settings, Scores } from './scores.ts';

/** A query of more words is scored by its weightiest. */
const MOST_GROUPS = 64;
const MOST_PREFIX_TERMS = 100;
/** A term in a larger share of the passages is fetched only where it can still change the order, */
const COMMON_SHARE = 0.1;
/** unless it is in so few that fetching costs less than asking twice. */
const ALWAYS_FETCHED = 5_000;
const FIRST_TEXTS = 100;
const MOST_TEXTS = 2_000;

export interface Bm25Request {
  parsed: ParsedQuery;
  limit: number;
  /** Only chunks of these files. */
  fileIds?: readonly string[] | undefined;
  /** A time as of Date.now; what is not answered by then is given up. */
  deadline?: number | undefined;
}

export interface Bm25Answer {
  /** Best first; of equal scores by file and place. */
  hits: { id: string; score: number }[];
  /** Of the hits, those of files whose names hold all that is asked for, the best name first. */
  named: string[];
  corpus: Bm25Corpus;
  /** The words that the passages were scored by, the weightiest first. */
  groups: WeightedGroup[];
  /** Terms that stand for words of the query which no passage holds. */
  expanded: string[];
  /** Bytes of postings that were fetched. */
  bytesFetched: number;
}

/** The time that this leg was given is over. */
export class Bm25TimeoutError extends Error {
  override readonly name = 'Bm25TimeoutError';
}

/**
 * The person's best passages by BM25, exactly: document frequencies and lengths are those of the passages that a search
 * sees at this moment, and terms are left unread only where they cannot change the answer.
 * @throws Bm25TimeoutError after the deadline
 */
export async function searchBm25(
  trx: Trx,
  userId: string,
  request: Bm25Request,
  settings: Bm25Settings,
): Promise<Bm25Answer> {
  const corpus = await readBm25Corpus(trx, userId);
  const nothing = { hits: [], named: [], corpus, groups: [], expanded: [], bytesFetched: 0 };
  if (request.fileIds?.length === 0) return nothing;
  if (corpus.chunks === 0) return { ...nothing, ...(await onlyNamed(trx, userId, request, corpus)) };
  const findBeginnings: FindBeginnings = (beginning, limit) => findBm25TermsByPrefix(trx, userId, beginning, limit);
  const query = await toBm25Query(request.parsed, corpus.languages, (beginning) =>
    findBeginnings(beginning, MOST_PREFIX_TERMS),
  );
  if (query.scored.length === 0) return nothing;
  const isPlain = query.excluded.length + query.required.length + query.excludedPhrases.length === 0;
  const fetchUpTo = isPlain ? Math.max(ALWAYS_FETCHED, corpus.chunks * COMMON_SHARE) : corpus.chunks;
  const find = (scored: readonly TermGroup[]) => {
    const terms = termsOf([...scored, ...query.excluded, ...query.required]);
    const counted = new Set(scored.flatMap(({ said }) => said).filter((term) => !terms.has(term)));
    return findBm25Terms(trx, userId, {
      terms: [...terms],
      counted: [...counted],
      fileIds: request.fileIds,
      fetchUpTo,
    });
  };
  // Function words' postings are not even counted where other words are asked for.
  let scored = isAllFunctionWords(query.scored)
    ? query.scored.map(wholeWord)
    : query.scored.filter(({ standing }) => standing !== 'function');
  let found = await find(scored);
  if (isAllFunctionWords(scored, frequenciesOf(found))) {
    scored = query.scored.map(wholeWord);
    found = await find(scored);
  }
  const expanded = await expandMissing(missingOf(scored, frequenciesOf(found)), query.last, findBeginnings);
  if (expanded.size > 0) {
    scored = scored.map((group) => ({ ...group, terms: expanded.get(group) ?? group.terms }));
    found = await find(scored);
  }
  const space = readSegments(found.segments);
  const frequencies = frequenciesOf(found);
  const groups = weighGroups(scored, frequencies, corpus.chunks).slice(0, MOST_GROUPS);
  const state: SearchState = {
    space,
    scores: new Scores(space, corpus.totalLength / corpus.chunks, settings),
    blocks: new Map(found.terms.flatMap(({ term, blocks }) => (blocks ? [[term, blocks]] : []))),
    bytesFetched: 0,
    limit: request.limit,
  };
  await scoreGroups(trx, userId, state, groups, new Set(frequencies.keys()));
  restrict(state, query);
  const called = await namedBy(trx, userId, request, corpus, frequencies);
  const beside = addNames(state, called);
  const scoredHits =
    query.phrases.length + query.excludedPhrases.length === 0
      ? topOf(state).map((passage) => hitOf(state, passage))
      : await verified(trx, userId, state, query, request.deadline);
  const { hits, named } = withNamed(scoredHits, beside, request.limit);
  const fetched = [...state.blocks.values()].reduce((sum, { length }) => sum + length, 0);
  const bytesFetched = state.bytesFetched + fetched + found.segments.length;
  return { hits, named, corpus, groups, expanded: [...expanded.values()].flat(), bytesFetched };
}

/** A phrase stands in a text. */
async function namedBy(
  trx: Trx,
  userId: string,
  { parsed: { text, phrases, isUnfinished = false }, fileIds }: Bm25Request,
  { languages, chunks }: Bm25Corpus,
  frequencies: ReadonlyMap<string, number>,
): Promise<Named[]> {
  if (phrases.length > 0) return [];
  return findNamed(trx, userId, { text, isUnfinished, fileIds }, languages, frequencies, chunks);
}

/** Of somebody who has pictures and no text. */
async function onlyNamed(
  trx: Trx,
  userId: string,
  request: Bm25Request,
  corpus: Bm25Corpus,
): Promise<Pick<Bm25Answer, 'hits' | 'named'>> {
  const languages = new Map([[rulesFor(null), 1]]);
  const called = await namedBy(trx, userId, request, { ...corpus, languages }, new Map());
  const beside = called.map(({ chunkId, score, isWhole }) => ({ id: chunkId, alone: score, isWhole }));
  return withNamed([], beside, request.limit);
}

/** Words that surely are looked for and stand in no passage, in whatever language. */
function missingOf(groups: readonly TermGroup[], frequencies: ReadonlyMap<string, number>): TermGroup[] {
  return groups.filter(
    ({ standing, terms, said }) =>
      standing === 'content' && said.length === 0 && !terms.some((term) => frequencies.has(term)),
  );
}

function termsOf(groups: readonly TermGroup[]): Set<string> {
  return new Set(groups.flatMap(({ terms }) => terms));
}

function frequenciesOf({ terms }: Bm25Terms): Map<string, number> {
  return new Map(terms.map(({ term, frequency }) => [term, frequency]));
}

function hitOf({ scores, space }: SearchState, passage: number): Bm25Answer['hits'][number] {
  const { fileId, generation, chunkIndex } = space.locate(passage);
  return { id: chunkId(fileId, generation, chunkIndex), score: scores.values[passage] ?? 0 };
}

/** Reads the texts of the candidates, the best first, until enough of them hold the phrases. */
async function verified(
  trx: Trx,
  userId: string,
  state: SearchState,
  query: Bm25Query,
  deadline = Number.POSITIVE_INFINITY,
): Promise<Bm25Answer['hits']> {
  const matches = phraseMatcher([...query.phrases, ...query.excludedPhrases]);
  const candidates = topOf({ ...state, limit: state.space.size });
  const hits: Bm25Answer['hits'] = [];
  let batch = FIRST_TEXTS;
  for (let at = 0; at < candidates.length && hits.length < state.limit; ) {
    if (Date.now() > deadline) throw new Bm25TimeoutError();
    const asked = candidates.slice(at, at + batch).map((passage) => hitOf(state, passage));
    at += asked.length;
    batch = Math.min(batch * 2, MOST_TEXTS);
    const ids = asked.map(({ id }) => id);
    const texts = await findChunkTexts(trx, userId, ids);
    for (const hit of asked) {
      const text = texts.get(hit.id);
      const held = text === undefined ? [] : matches(embeddingText(text));
      const isAccepted = held.length > 0 && held.every((holds, index) => holds === index < query.phrases.length);
      if (isAccepted) hits.push(hit);
    }
  }
  return hits.slice(0, state.limit);
}
