import { listFilesToBackfill } from '#shared/db/cross-tenant-reembed.ts';
import { listTextIndexes, type TextIndex } from '#shared/db/embedding-indexes-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { modelInUse } from '#shared/models/live-model.ts';
import type { Embedders } from '#shared/ports/embedder.ts';
import type { Log } from '#shared/ports/log.ts';
import { type BackfillDeps, backfillFile } from './backfill-file.ts';
import { type DropDeps, dropRetired } from './drop-retired.ts';

const FILES = 50;
/** What a change of the embedding model leaves behind may cost one call. */
const SLICE_MS = 15_000;
/** What a function has the time for; a larger file is left to the command. */
const MOST_PASSAGES = 1_000;

export interface SweepIndexesDeps extends DropDeps {
  embedders: Embedders;
  limits: DropDeps['limits'] & BackfillDeps['limits'];
  log: Log;
}

/**
 * For as long as an index is kept after a change of the model: takes over what was published by the model of before after
 * the command had ended, half of the time, and drops what its grace is over for.
 */
export async function sweepIndexes(
  deps: SweepIndexesDeps,
  sliceMs = SLICE_MS,
): Promise<{ backfilled: number; dropped: string[] }> {
  const start = Date.now();
  const indexes = await listTextIndexes(deps.db);
  if (!indexes.some(({ state }) => state === 'retired' || state === 'dropping')) return { backfilled: 0, dropped: [] };
  const live = indexes.find(({ state }) => state === 'live');
  const isOurs = live !== undefined && modelInUse(deps.embedders.chosen, indexes) === live.model;
  const backfilled = isOurs ? await backfillSome(deps, live, start + sliceMs / 2) : 0;
  return { backfilled, dropped: await dropRetired(deps, start + sliceMs) };
}

async function backfillSome(deps: SweepIndexesDeps, index: TextIndex, deadline: number): Promise<number> {
  const files = await listFilesToBackfill(deps.db, index, undefined, FILES);
  if (files.length === 0) return 0;
  const { db, vectorIndex, limits } = deps;
  const embedder = deps.embedders.of(index.model);
  let backfilled = 0;
  for (const file of files) {
    if (Date.now() >= deadline) break;
    if (file.passages > MOST_PASSAGES) {
      deps.log.warn(
        file,
        `a large file can be found by its words only; to index it by meaning: npm run admin -- reembed --model ${index.model}`,
      );
      continue;
    }
    try {
      const target = { index, model: await embedder.describe() };
      if ((await backfillFile({ db, vectorIndex, embedder, limits }, target, file)) === 'done') backfilled += 1;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      deps.log.warn({ err: error, fileId: file.fileId }, 'a file could not be added to the index of the live model');
      if (error.code !== 'PROCESSING_FAILED') break;
    }
  }
  if (backfilled > 0) await deps.vectorIndex.moveAliases(index.model);
  return backfilled;
}
