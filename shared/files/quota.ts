import type { Trx } from '#shared/db/database.ts';
import { lockUsage, measureUsage } from '#shared/db/files-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';

/** Room is made by deleting, not by waiting; a client that tries again anyway need not hurry. */
const RETRY_SECONDS = 60;

/** What one person may store; undefined is as much as they like. */
export interface FileQuota {
  maxFiles: number | undefined;
  maxBytes: number | undefined;
}

/**
 * Called in the transaction that records a file or new bytes of one, before it does: until that ends no other can count
 * on the same room.
 * @param incoming the file and the bytes that are to come; what is stored of it now is not counted
 * @throws AppError QUOTA_EXCEEDED
 */
export async function assertRoomFor(
  trx: Trx,
  { maxFiles, maxBytes }: FileQuota,
  incoming: { userId: string; fileId: string; size: number },
): Promise<void> {
  if (maxFiles === undefined && maxBytes === undefined) return;
  await lockUsage(trx, incoming.userId);
  const { files, bytes } = await measureUsage(trx, incoming.userId, incoming.fileId);
  if (maxFiles !== undefined && files + 1 > maxFiles) {
    throw exceeded(`The limit is ${maxFiles} files per user, and you have ${files}. Delete some files to make room.`);
  }
  if (maxBytes !== undefined && bytes + incoming.size > maxBytes) {
    throw exceeded(
      `This file has ${incoming.size} bytes and you already have ${bytes} bytes stored or uploading; at most ${maxBytes} are allowed in total. Delete some files to make room.`,
    );
  }
}

function exceeded(detail: string): AppError {
  return new AppError('QUOTA_EXCEEDED', { detail, retryAfterSeconds: RETRY_SECONDS });
}
