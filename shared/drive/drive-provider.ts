import type { Keyring } from '#shared/crypto/keyring.ts';
import type { Db } from '#shared/db/database.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';
import type { Queue } from '#shared/ports/queue.ts';

export interface DriveDeps {
  /** Undefined where no Google client is set up. */
  drive: DriveProvider | undefined;
}

/** Of what begins, changes or ends a person's connection. */
export interface DriveConnectionDeps extends DriveDeps {
  db: Db;
  keyring: Keyring;
  queue: Queue;
}

/** @throws AppError DRIVE_NOT_CONFIGURED */
export function driveProvider({ drive }: DriveDeps): DriveProvider {
  if (!drive) throw new AppError('DRIVE_NOT_CONFIGURED');
  return drive;
}
