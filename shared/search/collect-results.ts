import type { SearchRequest, SearchResult } from '#shared/api/search.ts';
import { type FoundChunk, findLiveChunks } from '#shared/db/chunks-repository.ts';
import type { Trx } from '#shared/db/database.ts';
import { embeddingText } from '#shared/domain/chunk.ts';
import { passageLocation } from '#shared/formats/page-location.ts';
import type { RankedPassage } from './rank-passages.ts';
import { snippetOf } from './snippet.ts';

/** Passages read beyond those wanted: some may be of a generation that was replaced a moment ago. */
const SPARE = 20;
/** With one result a file, several passages of each are passed over. */
const PASSAGES_A_FILE = 5;

/** What a result must be, and which of its words are marked. */
export interface Show {
  accepts(text: string, language: string | null): boolean;
  /** @param also terms to be marked that the query does not hold */
  highlight(text: string, language?: string | null, also?: ReadonlySet<string>): SearchResult['highlights'];
}

export interface Collected {
  results: SearchResult[];
  /** Whether passages were found that are not shown any more: their file changed on the way. */
  hasChanged: boolean;
}

/** Reads the passages of the page that is asked for, in their order, and no more than it takes. */
export async function collectResults(
  trx: Trx,
  userId: string,
  passages: readonly RankedPassage[],
  request: Pick<SearchRequest, 'limit' | 'offset' | 'groupBy' | 'explain'>,
  show: Show,
): Promise<Collected> {
  const collected: Collected = { results: [], hasChanged: false };
  const seenFiles = new Set<string>();
  const step = (request.offset + request.limit) * (request.groupBy ? PASSAGES_A_FILE : 1) + SPARE;
  let passed = 0;
  for (let at = 0; at < passages.length && collected.results.length < request.limit; at += step) {
    const slice = passages.slice(at, at + step);
    const chunks = await fetchChunks(trx, userId, slice);
    for (const passage of slice) {
      const chunk = chunks.get(passage.id);
      collected.hasChanged ||= chunk === undefined;
      if (!chunk || (request.groupBy && seenFiles.has(chunk.fileId))) continue;
      if (!show.accepts(embeddingText({ headingPath: chunk.headingPath, text: chunk.content }), chunk.language))
        continue;
      seenFiles.add(chunk.fileId);
      passed += 1;
      if (passed <= request.offset) continue;
      const result = resultOf(passage, chunk, show.highlight(chunk.content, chunk.language));
      collected.results.push(request.explain ? { ...result, ...explained(passage) } : result);
      if (collected.results.length === request.limit) break;
    }
  }
  return collected;
}

function explained({ shares, fusedRank }: RankedPassage): Pick<SearchResult, 'shares' | 'fusedRank'> {
  return { shares: Object.fromEntries(shares), ...(fusedRank === undefined ? {} : { fusedRank }) };
}

async function fetchChunks(
  trx: Trx,
  userId: string,
  passages: readonly RankedPassage[],
): Promise<Map<string, FoundChunk>> {
  const ids = passages.map(({ id }) => id);
  const chunks = await findLiveChunks(trx, userId, ids);
  return new Map(chunks.map((chunk) => [chunk.id, chunk]));
}

function resultOf(
  { score, legs }: RankedPassage,
  chunk: FoundChunk,
  highlights: SearchResult['highlights'],
): SearchResult {
  return {
    fileId: chunk.fileId,
    filename: chunk.filename,
    contentType: chunk.contentType,
    chunkId: chunk.id,
    score,
    text: chunk.content,
    headingPath: chunk.headingPath,
    highlights,
    snippet: snippetOf(chunk.content, highlights),
    textPage: chunk.page,
    location: passageLocation(chunk.contentType, chunk),
    language: chunk.language,
    legs,
  };
}
