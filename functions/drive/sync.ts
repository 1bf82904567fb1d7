import { driveMessage, syncDrive } from '#shared/drive/sync-drive.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';
import { driveSyncDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = sqsHandler(driveMessage, (container, message) => syncDrive(driveSyncDeps(container), message));
