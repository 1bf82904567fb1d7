import { countSearchable, type FileToBackfill } from '#shared/db/cross-tenant-reembed.ts';
import type { Db } from '#shared/db/database.ts';
import {
  beginFilling,
  giveUpFilling,
  listTextIndexes,
  makeLive,
  type TextIndex,
} from '#shared/db/embedding-indexes-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import { type BackfillOutcome, backfillAll, filesToBackfill } from './backfill-all.ts';
import type { BackfillDeps, BackfillTarget } from './backfill-file.ts';
import { finishDropping } from './drop-retired.ts';

/** What is written while a pass is under way is left to the next; then the rest follows after the switch. */
const MOST_PASSES = 5;

/** How far the new index is, of all that can be found. */
export interface BackfillProgress {
  files: { done: number; all: number };
  passages: { done: number; all: number };
}

export interface ModelChange {
  outcome: 'changed' | 'already-live' | 'nothing-indexed';
  /** What was put into the index by this run. */
  filled: number;
  /** Files that the model refused after the switch: they are found by their words. */
  failures: BackfillOutcome['failures'];
  indexes: TextIndex[];
}

/**
 * Changes the model that searches go by, while people search and write. The passages stay; an index beside the live one
 * takes their vectors by the new model, file by file, and what a run that was killed has filled stays filled. The switch is
 * one transaction: a search reads there which index is live, and asks that one. To be run alone (`runAlone`).
 * @throws AppError MODEL_UNAVAILABLE, EMBEDDING_SIZE_MISMATCH, DEPENDENCY_UNAVAILABLE; CONFLICT when the model refused
 *   files, and then nothing is changed
 */
export async function changeModel(
  deps: BackfillDeps,
  onProgress: (progress: BackfillProgress) => void,
): Promise<ModelChange> {
  const { db } = deps;
  const model = await deps.embedder.describe();
  // A model that cannot be had leaves no trace.
  await deps.embedder.embedQuery(model.id);
  const live = (await listTextIndexes(db)).find(({ state }) => state === 'live');
  if (live === undefined) return { outcome: 'nothing-indexed', filled: 0, failures: [], indexes: [] };
  const isLive = live.model === model.id;
  const target = { model, index: isLive ? await stay(db, model.id) : await begin(deps, model) };
  if (target.index.dimensions !== model.dimensions) {
    throw new AppError('EMBEDDING_SIZE_MISMATCH', {
      detail: `${model.id} returns vectors of ${model.dimensions} dimensions; its index holds ${target.index.dimensions}.`,
    });
  }
  const onFile = await startProgress(db, target, onProgress);
  let filled = 0;
  if (!isLive) {
    filled += await fill(deps, target, onFile);
    const isMade = await db.transaction().execute((trx) => makeLive(trx, model.id));
    if (!isMade)
      throw new AppError('CONFLICT', {
        detail: `The index of ${model.id} was discarded in the meantime. Run the command again.`,
      });
  }
  const rest = await catchUp(deps, target, onFile);
  await deps.vectorIndex.moveAliases(model.id);
  return {
    outcome: isLive ? 'already-live' : 'changed',
    filled: filled + rest.files,
    failures: rest.failures,
    indexes: await listTextIndexes(db),
  };
}

/** Who names the live model wants no other. */
async function stay(db: Db, model: string): Promise<TextIndex> {
  await giveUpFilling(db, model);
  return findIndex(db, model);
}

/** One whose grace was over has to be gone before it is made anew. */
async function begin(deps: BackfillDeps, model: EmbeddingModel): Promise<TextIndex> {
  await finishDropping(deps, model.id);
  await deps.db.transaction().execute((trx) => beginFilling(trx, { model: model.id, dimensions: model.dimensions }));
  return findIndex(deps.db, model.id);
}

async function findIndex(db: Db, model: string): Promise<TextIndex> {
  const index = (await listTextIndexes(db)).find((each) => each.model === model);
  if (!index) throw new Error(`The index of ${model} is recorded but does not exist`);
  return index;
}

async function startProgress(
  db: Db,
  target: BackfillTarget,
  onProgress: (progress: BackfillProgress) => void,
): Promise<(file: FileToBackfill) => void> {
  const all = await countSearchable(db);
  const done = { ...all };
  for await (const { passages } of filesToBackfill(db, target)) {
    done.files -= 1;
    done.passages -= passages;
  }
  const tell = (): void =>
    onProgress({
      files: { done: done.files, all: all.files },
      passages: { done: done.passages, all: all.passages },
    });
  tell();
  return ({ passages }) => {
    done.files += 1;
    done.passages += passages;
    // Files that come meanwhile are filled, too.
    all.files = Math.max(all.files, done.files);
    all.passages = Math.max(all.passages, done.passages);
    tell();
  };
}

/** Passes until one finds nothing left. @returns how many files were filled. @throws AppError CONFLICT for refused ones */
async function fill(
  deps: BackfillDeps,
  target: BackfillTarget,
  onFile: (file: FileToBackfill) => void,
): Promise<number> {
  let filled = 0;
  for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
    const { files, failures } = await backfillAll(deps, target, onFile);
    filled += files;
    const [first] = failures;
    if (first) {
      throw new AppError('CONFLICT', {
        detail:
          `${failures.length} files were rejected by ${target.model.id}, so the index was not changed. ` +
          `The first is ${first.fileId}: ${first.reason}`,
      });
    }
    if (files === 0) break;
  }
  return filled;
}

/** Takes over what was published by the model of before, until nothing is left that this process can do. */
async function catchUp(
  deps: BackfillDeps,
  target: BackfillTarget,
  onFile: (file: FileToBackfill) => void,
): Promise<BackfillOutcome> {
  for (let filled = 0; ; ) {
    const pass = await backfillAll(deps, target, onFile);
    filled += pass.files;
    if (pass.files === 0) return { ...pass, files: filled };
  }
}
