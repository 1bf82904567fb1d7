import type { FileStatus } from '#shared/domain/file-status.ts';
import type { QueueName } from '#shared/ports/queue.ts';

/** The queue whose stage takes a file on from each status. */
export const NEXT_QUEUE: Record<Exclude<FileStatus, 'UPLOADING' | 'READY' | 'FAILED'>, QueueName> = {
  STORED: 'extract',
  EXTRACTED: 'chunk',
  CHUNKED: 'embed',
  EMBEDDED: 'publish',
};
