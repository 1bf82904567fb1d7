import { setTimeout as delay } from 'node:timers/promises';
import { type FileToBackfill, listFilesToBackfill } from '#shared/db/cross-tenant-reembed.ts';
import type { Db } from '#shared/db/database.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { backoffSeconds } from '#shared/pipeline/backoff.ts';
import { type BackfillDeps, type BackfillTarget, backfillFile } from './backfill-file.ts';

/** Rows of ids; each page looks through all files again. */
const FILES_A_READ = 10_000;
/** While one waits for the vector store or the database, the model works for another. */
const FILES_AT_ONCE = 4;
/** What a killed process was at is free again when its lease ends. */
const BUSY_WAIT_MS = 500;
/** Some two minutes in a row without an answer. */
const MOST_OUTAGES = 7;

export interface BackfillOutcome {
  files: number;
  failures: { fileId: string; reason: string }[];
}

/** One pass over what the index lacks, until nobody else is at any of it. */
export async function backfillAll(
  deps: BackfillDeps,
  target: BackfillTarget,
  onFile: (file: FileToBackfill) => void,
): Promise<BackfillOutcome> {
  const outcome: BackfillOutcome = { files: 0, failures: [] };
  for (let isBusy = true; isBusy; ) {
    isBusy = false;
    const files = filesToBackfill(deps.db, target);
    let isOver = false;
    const work = async (): Promise<void> => {
      for (let next = await files.next(); !next.done && !isOver; next = await files.next()) {
        const file = next.value;
        if (outcome.failures.some(({ fileId }) => fileId === file.fileId)) continue;
        const done = await backfillPatiently(deps, target, file, outcome).catch((error: unknown) => {
          isOver = true;
          throw error;
        });
        if (done === 'busy') isBusy = true;
        if (done !== 'done') continue;
        outcome.files += 1;
        onFile(file);
      }
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
    if (isBusy) await delay(BUSY_WAIT_MS);
  }
  return outcome;
}

/** One file that the model refuses does not keep the others from it; an outage is waited for. */
async function backfillPatiently(
  deps: BackfillDeps,
  target: BackfillTarget,
  file: FileToBackfill,
  outcome: BackfillOutcome,
): Promise<Awaited<ReturnType<typeof backfillFile>> | 'refused'> {
  for (let outages = 1; ; outages += 1) {
    try {
      return await backfillFile(deps, target, file);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // Not every outage: somebody waits for this, and is told at once of a model that cannot be loaded.
      const isAway = error.code === 'DEPENDENCY_UNAVAILABLE';
      if (isAway && outages < MOST_OUTAGES) {
        await delay(backoffSeconds(outages) * 1_000);
        continue;
      }
      if (error.code !== 'PROCESSING_FAILED') throw error;
      outcome.failures.push({ fileId: file.fileId, reason: error.message });
      return 'refused';
    }
  }
}

/** In the order of people and their files. */
export async function* filesToBackfill(
  db: Db,
  { index }: Pick<BackfillTarget, 'index'>,
): AsyncGenerator<FileToBackfill> {
  for (let after: FileToBackfill | undefined; ; ) {
    const files: FileToBackfill[] = await listFilesToBackfill(db, index, after, FILES_A_READ);
    yield* files;
    if (files.length < FILES_A_READ) return;
    after = files.at(-1);
  }
}
