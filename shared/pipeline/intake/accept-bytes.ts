import { randomUUID } from 'node:crypto';
import { asUser } from '#shared/db/as-user.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import { lockFile, lockFilesOf, lockOriginal } from '#shared/db/files-repository.ts';
import {
  hideGenerations,
  keepGeneration,
  refuseUpload,
  returnToGeneration,
  startGeneration,
} from '#shared/db/generations-repository.ts';
import { giveUpWrites, keepObjects, replaceObject } from '#shared/db/loose-objects-repository.ts';
import type { FileRow, UploadRow } from '#shared/db/schema.ts';
import { deleteSuperseded, insertTombstone } from '#shared/db/tombstones-repository.ts';
import { closeUpload, findUpload } from '#shared/db/uploads-repository.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import type { StageMessage } from '#shared/domain/messages.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import { deleteChildren } from '#shared/files/delete-children.ts';
import { promoteDuplicate } from '#shared/files/promote-duplicate.ts';

export interface AcceptedBytes {
  /** The object in the storage bucket. */
  key: string;
  size: number;
  /** Hexadecimal. */
  sha256: string;
  /** What the bytes show. */
  contentType: string;
  filename: string;
}

/** A file whose next stage whoever accepted its bytes goes on with. */
export interface ClaimedFile {
  file: FileRow;
  /** Of its lease. */
  holder: string;
}

export interface Acceptance {
  /** False when the stored object is not needed: another delivery was first, or the file has these bytes already. */
  taken: boolean;
  /** To be sent after the commit. */
  messages: StageMessage[];
  /** Where it was asked for, and there is something to process; then no message is for it. */
  claimed?: ClaimedFile;
}

/** Whoever accepts short bytes goes on with them. */
export interface GoOn {
  leaseSeconds: number;
  /** Told once the file is theirs, whatever fails after that. */
  onClaimed(claimed: ClaimedFile): void;
}

const NOT_TAKEN: Acceptance = { taken: false, messages: [] };

/**
 * Makes stored bytes the file's next generation. Closing the upload is the fence: of two deliveries one finds it open.
 * Bytes that the person has already make the file a duplicate, which is not processed.
 * @param mayAccept a further fence, asked in the same transaction
 * @param goOn lease the file at once
 * @throws AppError DEPENDENCY_UNAVAILABLE when the file moved on meanwhile while the upload is still open: try again
 */
export function acceptBytes(
  db: Db,
  file: FileRow,
  upload: UploadRow,
  generation: number,
  bytes: AcceptedBytes,
  { mayAccept = async () => true, goOn }: { mayAccept?: (trx: Trx) => Promise<boolean>; goOn?: GoOn | undefined } = {},
): Promise<Acceptance> {
  return asUser(db, file.user_id, async (trx) => {
    await lockFilesOf(trx, file.user_id);
    if (!(await mayAccept(trx))) return NOT_TAKEN;
    const current = await lockFile(trx, file.user_id, file.id);
    // The file may have been renamed while its bytes were stored; the open upload knows.
    const filename = (await findUpload(trx, file.id))?.filename ?? bytes.filename;
    if (!current || !(await closeUpload(trx, upload))) return NOT_TAKEN;
    if (current.generation !== generation - 1) {
      throw new AppError('DEPENDENCY_UNAVAILABLE', {
        detail: 'A newer version of the file was uploaded in the meantime.',
      });
    }
    if (isUnchanged(current, bytes)) {
      const isRead = current.live_generation === current.generation;
      await keepGeneration(trx, file.id, filename, isRead);
      if (current.filename !== filename) await raiseIndexVersion(trx, current.user_id);
      await returnToGeneration(trx, file.id);
      return NOT_TAKEN;
    }
    const owner = { userId: file.user_id, fileId: file.id, bucket: 'storage' as const };
    if (!(await keepObjects(trx, 'storage', [bytes.key]))) {
      throw new AppError('DEPENDENCY_UNAVAILABLE', {
        detail: 'Storing the content took too long. It will be retried.',
      });
    }
    await giveUpWrites(trx, [file.id]);
    if (current.content_key !== null) await replaceObject(trx, owner, current.content_key);
    const promoted = current.content_generation === null ? undefined : await promoteDuplicate(trx, current);
    const original = await lockOriginal(trx, file.user_id, bytes.sha256, file.id);
    const holder = randomUUID();
    const isClaimed = !original && goOn !== undefined;
    const changes = {
      generation,
      content_generation: generation,
      content_key: bytes.key,
      former_sha256: formerBytes(current),
      size: bytes.size,
      sha256: bytes.sha256,
      content_type: bytes.contentType,
      filename,
      duplicate_of: original?.id ?? null,
    };
    const started = await startGeneration(trx, file.id, changes, isClaimed ? { ...goOn, holder } : undefined);
    const messages: StageMessage[] = original || isClaimed ? [] : [{ fileId: file.id, generation }];
    if (original) {
      const children = await deleteChildren(trx, current);
      messages.push(...children.promoted.map(({ id, generation: next }) => ({ fileId: id, generation: next })));
      await hideFormerText(trx, current);
    } else {
      await deleteSuperseded(trx, current);
    }
    if (!original && current.live_generation !== null) {
      // What is found until the new bytes are read has another name from now on.
      await raiseIndexVersion(trx, current.user_id);
    }
    if (promoted) messages.push({ fileId: promoted.id, generation: promoted.generation });
    return { taken: true, messages, ...(isClaimed ? { claimed: { file: started, holder } } : {}) };
  });
}

/**
 * The same bytes came again for a file that was read well, though others may have been refused since: nothing to do but
 * take over its name.
 */
function isUnchanged(current: FileRow, bytes: AcceptedBytes): boolean {
  if (current.content_generation === null || current.sha256 !== bytes.sha256) return false;
  return current.error_code === null || current.live_generation === current.generation;
}

/** The bytes whose text is found until the new ones are read. */
function formerBytes({ live_generation, content_generation, sha256, former_sha256 }: FileRow): string | null {
  if (live_generation === null) return null;
  return live_generation >= (content_generation ?? 0) ? sha256 : former_sha256;
}

/** A file that becomes a duplicate is found through its original alone. */
async function hideFormerText(trx: Trx, current: FileRow): Promise<void> {
  if (current.content_generation === null) return;
  await insertTombstone(trx, { userId: current.user_id, fileId: current.id, upToGeneration: current.generation });
  if (current.live_generation === null) return;
  await hideGenerations(trx, current.id);
  await raiseIndexVersion(trx, current.user_id);
}

/** Ends an upload whose bytes cannot be taken: the file is FAILED with the reason; a searchable generation stays so. */
export function refuseBytes(
  db: Db,
  file: FileRow,
  upload: UploadRow,
  error: { code: ErrorCode; message: string },
): Promise<void> {
  return asUser(db, file.user_id, (trx) => refuseBytesIn(trx, file, upload, error));
}

/** As {@link refuseBytes}, in the transaction that found it out. */
export async function refuseBytesIn(
  trx: Trx,
  file: FileRow,
  upload: UploadRow,
  error: { code: ErrorCode; message: string },
): Promise<void> {
  // The file first, its upload second, as everywhere.
  if (!(await lockFile(trx, file.user_id, file.id)) || !(await closeUpload(trx, upload))) return;
  await giveUpWrites(trx, [file.id]);
  if (error.code === 'UPLOAD_EXPIRED' && (await returnToGeneration(trx, file.id))) return;
  // Bytes that never came say nothing about a file that does not wait for them any more.
  await refuseUpload(trx, file.id, error, error.code === 'UPLOAD_EXPIRED');
}
