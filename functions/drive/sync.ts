import { driveMessage, syncDrive } from '#shared/drive/sync-drive.ts';
import { sqsHandler } from '#shared/runtime/sqs.ts';

export const handler = sqsHandler(driveMessage, syncDrive);
