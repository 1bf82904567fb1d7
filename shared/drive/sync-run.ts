import { asUser } from '#shared/db/as-user.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import { advance, type DriveClaim, type Progress } from '#shared/db/drive-connections-repository.ts';
import type { DriveConnectionRow } from '#shared/db/schema.ts';
import type { FileLimits } from '#shared/files/file-limits.ts';
import type { StageLimits } from '#shared/pipeline/claim-fair-share.ts';
import type { Drive } from '#shared/ports/drive.ts';
import type { Log } from '#shared/ports/log.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { Queue } from '#shared/ports/queue.ts';

export interface SyncDeps {
  db: Db;
  storage: ObjectStorage;
  queue: Queue;
  log: Log;
  /** The lease of `stage` is renewed by every commit, and by a heartbeat while one file takes long. */
  limits: { files: FileLimits; stage: StageLimits };
}

/** The lease went to another run, or the person disconnected: nothing more may be done. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** One slice of work on one person's Drive. */
export interface SyncRun {
  deps: SyncDeps;
  claim: DriveClaim;
  connection: DriveConnectionRow;
  drive: Drive;
  timeIsUp(): boolean;
}

/** Commits effects together with the progress that they are, under the lease. @throws LeaseLostError, and nothing stays */
export function commit(run: SyncRun, progress: Progress, effects: (trx: Trx) => Promise<void>): Promise<void> {
  return asUser(run.deps.db, run.claim.userId, async (trx) => {
    if (!(await advance(trx, run.claim, run.deps.limits.stage.leaseSeconds, progress))) throw new LeaseLostError();
    await effects(trx);
    Object.assign(run.connection, progress);
  });
}
