import { asUser } from '#shared/db/as-user.ts';
import { listUnembedded, storeVectors } from '#shared/db/chunks-repository.ts';
import { updateClaimed } from '#shared/db/pipeline-repository.ts';
import { assertModelFillsIndex, embedderInUse } from '#shared/models/live-model.ts';
import type { Stage, StageDeps, StageRun } from '#shared/pipeline/stage.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { Embedder, Embedders, EmbeddingModel } from '#shared/ports/embedder.ts';
import { embedOnce, embedSparseOnce } from './embed-once.ts';
import { type EmbedPicturesDeps, embedPictures } from './embed-pictures.ts';
import { makeVectors } from './make-vectors.ts';

const BATCH = 64;
/** Publishing starts while the rest is still being embedded. */
const NUDGE_EVERY_CHUNKS = 256;

export interface EmbedDeps extends StageDeps, EmbedPicturesDeps {
  embedders: Embedders;
  cache: Cache;
}

/** CHUNKED → EMBEDDED: a dense and a sparse vector for every chunk, one for every picture, into the outbox. */
export function embedStage(deps: EmbedDeps): Stage {
  return {
    queue: 'embed',
    from: 'CHUNKED',
    to: 'EMBEDDED',
    next: 'publish',
    sliceMs: 30_000,
    work: (run) => embedAll(deps, run),
  };
}

async function embedAll(deps: EmbedDeps, run: StageRun): Promise<'done' | 'continue'> {
  const embedder = await embedderInUse(deps);
  const model = await embedder.describe();
  await assertModelFillsIndex(deps.db, model);
  const outcome = await embedChunks(deps, embedder, run, model);
  return outcome === 'done' ? embedPictures(deps, run, model.id) : outcome;
}

async function embedChunks(
  deps: EmbedDeps,
  embedder: Embedder,
  run: StageRun,
  model: EmbeddingModel,
): Promise<'done' | 'continue'> {
  const { file, claim } = run;
  const owner = { userId: file.user_id, fileId: file.id, generation: claim.generation };
  const { cache } = deps;
  const { sparse } = embedder;
  let embedded = file.chunks_embedded;
  let sinceNudge = 0;

  for (;;) {
    const chunks = await asUser(deps.db, file.user_id, (trx) => listUnembedded(trx, owner, embedded, BATCH));
    if (chunks.length === 0) return 'done';
    const vectors = await makeVectors(
      chunks,
      (texts) => embedOnce({ embedder, cache }, file.user_id, model, texts),
      sparse && ((texts) => embedSparseOnce({ sparse, cache }, file.user_id, texts)),
    );
    const stored = await asUser(deps.db, file.user_id, async (trx) => {
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
    if (chunks.length < BATCH) return 'done';
    if (run.timeIsUp()) return 'continue';
  }
}
