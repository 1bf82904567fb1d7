import { setTimeout as delay } from 'node:timers/promises';
import { type FileToRefill, listFilesToRefill } from '#shared/db/across-people.ts';
import type { Db } from '#shared/db/database.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { backoffSeconds } from '#shared/pipeline/backoff.ts';
import { type RefillDeps, type RefillTarget, refillFile } from './refill-file.ts';

/** Rows of ids; each page looks through all files again. */
const FILES_A_READ = 10_000;
/** While one waits for the vector store or the database, the model works for another. */
const FILES_AT_ONCE = 4;
/** What a killed process was at is free again when its lease ends. */
const BUSY_WAIT_MS = 500;
/** Some two minutes in a row without an answer. */
const MOST_OUTAGES = 7;

export interface RefillOutcome {
  files: number;
  failures: { fileId: string; reason: string }[];
}

/** One pass over what the index lacks, until nobody else is at any of it. */
export async function refillAll(
  deps: RefillDeps,
  target: RefillTarget,
  onFile: (file: FileToRefill) => void,
): Promise<RefillOutcome> {
  const outcome: RefillOutcome = { files: 0, failures: [] };
  for (let isBusy = true; isBusy; ) {
    isBusy = false;
    const files = filesToRefill(deps.db, target);
    let isOver = false;
    const work = async (): Promise<void> => {
      for (let next = await files.next(); !next.done && !isOver; next = await files.next()) {
        const file = next.value;
        if (outcome.failures.some(({ fileId }) => fileId === file.fileId)) continue;
        const done = await refillPatiently(deps, target, file, outcome).catch((error: unknown) => {
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
async function refillPatiently(
  deps: RefillDeps,
  target: RefillTarget,
  file: FileToRefill,
  outcome: RefillOutcome,
): Promise<Awaited<ReturnType<typeof refillFile>> | 'refused'> {
  for (let outages = 1; ; outages += 1) {
    try {
      return await refillFile(deps, target, file);
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
export async function* filesToRefill(db: Db, { index }: Pick<RefillTarget, 'index'>): AsyncGenerator<FileToRefill> {
  for (let after: FileToRefill | undefined; ; ) {
    const files: FileToRefill[] = await listFilesToRefill(db, index, after, FILES_A_READ);
    yield* files;
    if (files.length < FILES_A_READ) return;
    after = files.at(-1);
  }
}
