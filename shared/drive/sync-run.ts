import { asUser } from '#shared/db/as-user.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import { advance, type DriveClaim, type Progress } from '#shared/db/drive-connections-repository.ts';
import type { DriveConnectionRow } from '#shared/db/schema.ts';
import type { FileQuota } from '#shared/files/quota.ts';
import type { Drive } from '#shared/ports/drive.ts';
import type { Log } from '#shared/ports/log.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { Queue } from '#shared/ports/queue.ts';

export interface SyncDeps {
  db: Db;
  storage: ObjectStorage;
  queue: Queue;
  log: Log;
  maxFileBytes: number;
  uploadTtlSeconds: number;
  /** Renewed by every commit, and by a heartbeat while one file takes long; a run that died holds up the next so long. */
  leaseSeconds: number;
  quota: FileQuota;
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
    if (!(await advance(trx, run.claim, run.deps.leaseSeconds, progress))) throw new LeaseLostError();
    await effects(trx);
    Object.assign(run.connection, progress);
  });
}
