import { buildSegment, type IndexedPassage } from '#shared/bm25/segment.ts';
import { asUser } from '#shared/db/as-user.ts';
import { insertBm25Segment } from '#shared/db/bm25-repository.ts';
import { insertChunks } from '#shared/db/chunks-repository.ts';
import { listPages } from '#shared/db/pages-repository.ts';
import { updateClaimed } from '#shared/db/pipeline-repository.ts';
import type { NewChunkRow, PageRow } from '#shared/db/schema.ts';
import { type Chunk, embeddingText, shownText } from '#shared/domain/chunk.ts';
import { chunkId } from '#shared/domain/ids.ts';
import { addToTally, mainLanguage } from '#shared/domain/language-tally.ts';
import { placeSpan } from '#shared/domain/page-place.ts';
import { soundFormatOf } from '#shared/formats/registry.ts';
import { embedderInUse } from '#shared/models/live-model.ts';
import { chunkLimits } from '#shared/models/models.ts';
import type { Stage, StageDeps, StageRun } from '#shared/pipeline/stage.ts';
import type { Embedders } from '#shared/ports/embedder.ts';
import { detectLanguage } from '#shared/text/detect-language.ts';
import { type ChunkLimits, chunkPage, INITIAL_CHUNK_STATE } from './chunk-page.ts';

const WINDOW_PAGES = 50;
/** About half a minute of speech: who searches a recording wants the place to listen from, not the whole minute. */
const SPOKEN_TOKENS = 96;

export interface ChunkDeps extends StageDeps {
  embedders: Embedders;
}

/** EXTRACTED → CHUNKED: passages of the embedding model's size, a window of pages a transaction. */
export function chunkStage(deps: ChunkDeps): Stage {
  return {
    queue: 'chunk',
    from: 'EXTRACTED',
    to: 'CHUNKED',
    next: 'embed',
    sliceMs: 30_000,
    work: (run) => chunkPages(deps, run),
  };
}

function locationOf(page: PageRow, chunk: Chunk): string | null {
  const location = page.place ? placeSpan(page.place, page.number, chunk.charStart, chunk.charEnd) : undefined;
  return location ? JSON.stringify(location) : null;
}

/** Asked when it is needed, and not again. */
function once<T>(ask: () => T): () => T {
  let asked: { answer: T } | undefined;
  return () => {
    asked ??= { answer: ask() };
    return asked.answer;
  };
}

function spoken(limits: ChunkLimits): ChunkLimits {
  const maxTokens = Math.min(limits.maxTokens, SPOKEN_TOKENS);
  // A quarter, against an eighth of a document's: short passages often begin in the middle of a thought.
  return { maxTokens, overlapTokens: Math.floor(maxTokens / 4) };
}

async function chunkPages(deps: ChunkDeps, run: StageRun): Promise<'done' | 'continue'> {
  const { file, claim } = run;
  const owner = { userId: file.user_id, fileId: file.id, generation: claim.generation };
  const embedder = await embedderInUse(deps);
  const limits = chunkLimits(await embedder.describe());
  let pagesChunked = file.pages_chunked;
  let chunkCount = file.chunks;
  let state = file.chunker_state ?? INITIAL_CHUNK_STATE;
  let languages = file.chunker_state?.languages ?? {};
  // The model that heard a recording knows better than a guess from its words.
  const heard = soundFormatOf(file.content_type) ? file.language : null;

  for (;;) {
    const pages = await asUser(deps.db, file.user_id, (trx) =>
      listPages(trx, owner, { afterNumber: pagesChunked, limit: WINDOW_PAGES }),
    );
    const lastPage = pages.at(-1);
    if (!lastPage) return 'done';
    const rows: NewChunkRow[] = [];
    const passages: IndexedPassage[] = [];
    for (const page of pages) {
      const chunked = await chunkPage(page, state, page.place?.kind === 'sound' ? spoken(limits) : limits, (texts) =>
        embedder.countTokens(texts),
      );
      state = chunked.state;
      // Of the passages that are too short to tell; looked for once, where it is asked for.
      const pageLanguage = once(() => detectLanguage(page.text));
      for (const chunk of chunked.chunks) {
        const chunk_index = chunkCount + rows.length;
        const language = heard ?? detectLanguage(chunk.text) ?? pageLanguage();
        languages = addToTally(languages, language, chunk.text.length);
        passages.push({ text: embeddingText(chunk), language });
        rows.push({
          id: chunkId(file.id, claim.generation, chunk_index),
          user_id: file.user_id,
          file_id: file.id,
          generation: claim.generation,
          chunk_index,
          page: page.number,
          char_start: page.char_offset + chunk.charStart,
          char_end: page.char_offset + chunk.charEnd,
          heading_path: JSON.stringify(chunk.headingPath),
          content: shownText(chunk),
          tokens: chunk.tokens,
          location: locationOf(page, chunk),
          language,
        });
      }
    }
    const segment = buildSegment(passages);
    const firstChunk = chunkCount;
    pagesChunked = lastPage.number;
    chunkCount += rows.length;
    const kept = await asUser(deps.db, file.user_id, async (trx) => {
      const ours = await updateClaimed(trx, claim, {
        pages_chunked: pagesChunked,
        chunks: chunkCount,
        chunker_state: JSON.stringify({ ...state, languages }),
        language: heard ?? mainLanguage(languages),
      });
      if (ours && rows.length > 0) {
        await insertChunks(trx, rows);
        await insertBm25Segment(trx, { ...owner, firstChunk, ...segment });
      }
      return ours;
    });
    if (!kept) return 'continue';
    if (pagesChunked === file.pages) return 'done';
    if (run.timeIsUp()) return 'continue';
  }
}
