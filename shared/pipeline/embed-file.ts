import { asPerson } from '#shared/db/as-person.ts';
import { type ChunkVectors, listUnembedded, storeVectors, type UnembeddedChunk } from '#shared/db/chunks-repository.ts';
import { updateClaimed } from '#shared/db/pipeline-repository.ts';
import { assertModelFillsIndex } from '#shared/outbox/live-model.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { Embedder, EmbeddingModel } from '#shared/ports/embedder.ts';
import { embeddingText } from './chunk/chunk.ts';
import { embedOnce } from './embed/embed-once.ts';
import { createPassageEncoder } from './embed/sparse-bm25.ts';
import { type EmbedPicturesDeps, embedPictures } from './embed-pictures.ts';
import type { StageMessage } from './messages.ts';
import { runStage, type StageDeps, type StageRun } from './stage.ts';

const BATCH = 64;
const SLICE_MS = 30_000;
/** Publishing starts while the rest is still being embedded. */
const NUDGE_EVERY_CHUNKS = 256;

export interface EmbedDeps extends StageDeps, EmbedPicturesDeps {
  embedder: Embedder;
  cache: Cache;
}

/** CHUNKED → EMBEDDED: a dense and a sparse vector for every chunk, one for every picture, into the outbox. */
export function embedFile(deps: EmbedDeps, message: StageMessage): Promise<void> {
  return runStage(
    deps,
    { queue: 'embed', from: 'CHUNKED', to: 'EMBEDDED', next: 'publish', work: (run) => embedAll(deps, run) },
    message,
    SLICE_MS,
  );
}

async function embedAll(deps: EmbedDeps, run: StageRun): Promise<'done' | 'continue'> {
  const model = await deps.embedder.describe();
  await assertModelFillsIndex(deps.db, model);
  const outcome = await embedChunks(deps, run, model);
  return outcome === 'done' ? embedPictures(deps, run, model.id) : outcome;
}

async function embedChunks(deps: EmbedDeps, run: StageRun, model: EmbeddingModel): Promise<'done' | 'continue'> {
  const { file, claim } = run;
  const owner = { userId: file.user_id, fileId: file.id, generation: claim.generation };
  let embedded = file.chunks_embedded;
  let sinceNudge = 0;

  for (;;) {
    const chunks = await asPerson(deps.db, file.user_id, (trx) => listUnembedded(trx, owner, embedded, BATCH));
    if (chunks.length === 0) return 'done';
    const vectors = await embed(deps, file.user_id, model, chunks);
    const stored = await asPerson(deps.db, file.user_id, async (trx) => {
      if (!(await updateClaimed(trx, claim, { chunks_embedded: embedded + chunks.length }))) return undefined;
      return storeVectors(trx, file.user_id, model.id, vectors);
    });
    if (stored === undefined) return 'continue';
    embedded += chunks.length;
    sinceNudge += chunks.length;
    if (sinceNudge >= NUDGE_EVERY_CHUNKS) {
      await deps.queue.send('publish', { reason: 'embedding' });
      sinceNudge = 0;
    }
    if (run.timeIsUp()) return 'continue';
  }
}

async function embed(
  deps: EmbedDeps,
  userId: string,
  model: EmbeddingModel,
  chunks: readonly UnembeddedChunk[],
): Promise<ChunkVectors[]> {
  const texts = chunks.map((chunk) => embeddingText({ headingPath: chunk.heading_path, text: chunk.content }));
  const dense = await embedOnce(deps, userId, model, texts);
  const encodeSparse = createPassageEncoder();
  return chunks.map((chunk, index) => ({
    id: chunk.id,
    dense: dense[index] ?? [],
    sparse: encodeSparse(texts[index] ?? '', chunk.language),
  }));
}
