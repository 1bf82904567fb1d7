import { AppError } from '#shared/errors/app-error.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';

export interface DriveDeps {
  /** Undefined where no Google client is set up. */
  drive: DriveProvider | undefined;
}

/** @throws AppError DRIVE_NOT_CONFIGURED */
export function driveProvider({ drive }: DriveDeps): DriveProvider {
  if (!drive) throw new AppError('DRIVE_NOT_CONFIGURED');
  return drive;
}
