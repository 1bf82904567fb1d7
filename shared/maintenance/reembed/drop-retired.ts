import { countUnpublished, listFilesToBackfill } from '#shared/db/cross-tenant-reembed.ts';
import type { Db } from '#shared/db/database.ts';
import {
  beginDropping,
  listTextIndexes,
  markDropped,
  type TextIndex,
} from '#shared/db/embedding-indexes-repository.ts';
import type { IndexStatus } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { runAlone } from './run-alone.ts';

export interface IndexLimits {
  /** How long an index stays after it ceased to be searched. */
  graceSeconds: number;
}

export interface DropDeps {
  db: Db;
  vectorIndex: VectorIndex;
  limits: { indexes: IndexLimits };
}

/** When an index that is searched no more may be dropped. */
export function graceEnd({ retired_at }: Pick<TextIndex, 'retired_at'>, { graceSeconds }: IndexLimits): Date {
  return new Date((retired_at?.getTime() ?? Infinity) + graceSeconds * 1_000);
}

/**
 * Drops the indexes whose grace is over, until the deadline (as of Date.now). One stays while the live index lacks files,
 * whose pictures may be in it alone, and while the outbox still holds something for it.
 * @returns the models whose indexes are gone
 */
export async function dropRetired(deps: DropDeps, deadline: number): Promise<string[]> {
  const indexes = await listTextIndexes(deps.db);
  const live = indexes.find(({ state }) => state === 'live');
  const due = indexes.filter(
    (index) => index.state === 'retired' && graceEnd(index, deps.limits.indexes).getTime() <= Date.now(),
  );
  if (due.length > 0 && live && (await listFilesToBackfill(deps.db, live, undefined, 1)).length === 0) {
    for (const { model } of due) {
      if ((await countUnpublished(deps.db, model)) === 0) await beginDropping(deps.db, model);
    }
  }
  const dropping = await modelsIn(deps.db, 'dropping');
  return dropping.length === 0 ? [] : dropUntil(deps, dropping, deadline);
}

async function modelsIn(db: Db, wanted: IndexStatus): Promise<string[]> {
  return (await listTextIndexes(db)).filter(({ state }) => state === wanted).map(({ model }) => model);
}

/** Not beside a change of the model, which may be about to fill the same index anew. */
async function dropUntil(
  { db, vectorIndex }: DropDeps,
  models: readonly string[],
  deadline: number,
): Promise<string[]> {
  try {
    return await runAlone(db, async (trx) => {
      const gone: string[] = [];
      for (const model of models) {
        if (!(await vectorIndex.dropIndex(model, deadline))) break;
        await markDropped(trx, model);
        gone.push(model);
      }
      return gone;
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFLICT') return [];
    throw error;
  }
}

/** Ends what the sweep began, if it did, for one model. To be run alone. */
export async function finishDropping(
  { db, vectorIndex }: Pick<DropDeps, 'db' | 'vectorIndex'>,
  model: string,
): Promise<void> {
  if (!(await modelsIn(db, 'dropping')).includes(model)) return;
  await vectorIndex.dropIndex(model, Infinity);
  await markDropped(db, model);
}
