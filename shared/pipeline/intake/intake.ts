import { asUser } from '#shared/db/as-user.ts';
import { findOwnerOfFile } from '#shared/db/cross-tenant.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import { isErasing } from '#shared/db/erasures-repository.ts';
import { findFile, findFileByExternalId, insertFile, lockFile } from '#shared/db/files-repository.ts';
import { forgetObject, isLoose, type ObjectIdentity } from '#shared/db/loose-objects-repository.ts';
import { countIntakeFailure } from '#shared/db/pipeline-repository.ts';
import type { FileRow, UploadRow } from '#shared/db/schema.ts';
import { deleteDropUpload, findUpload, replaceUpload } from '#shared/db/uploads-repository.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { filenameOrUnnamed } from '#shared/domain/filename.ts';
import { droppedFileId } from '#shared/domain/ids.ts';
import type { ArrivedObject } from '#shared/domain/messages.ts';
import { parseIncomingKey } from '#shared/domain/object-keys.ts';
import { AppError, isOutage } from '#shared/errors/app-error.ts';
import { discardObject } from '#shared/files/discard-object.ts';
import type { FileLimits } from '#shared/files/file-limits.ts';
import { assertRoomFor, type FileQuota } from '#shared/files/quota.ts';
import { isQuickToRead } from '#shared/formats/read-here.ts';
import { tellStageOf } from '#shared/pipeline/tell-stage.ts';
import type { Log } from '#shared/ports/log.ts';
import type { ObjectInfo, ObjectStorage } from '#shared/ports/object-storage.ts';
import type { Queue } from '#shared/ports/queue.ts';
import type { ContentStore } from '#shared/vault/content-store.ts';
import {
  type Acceptance,
  type AcceptedBytes,
  acceptBytes,
  type GoOn,
  refuseBytes,
  refuseBytesIn,
} from './accept-bytes.ts';
import { storeChecked } from './store-checked.ts';

const MAX_FAILURES = 5;
/** An address that was signed for an upload outlives the permission to use it. */
const DISABLED = new AppError('FORBIDDEN', {
  detail: 'The account was disabled before this upload arrived. Upload the file again once the account is enabled.',
});

export interface IntakeDeps {
  db: Db;
  storage: ObjectStorage;
  content: ContentStore;
  queue: Queue;
  log: Log;
  limits: { files: FileLimits };
}

/** An incoming object and the announced upload it answers. */
interface Arrival {
  file: FileRow;
  upload: UploadRow;
  key: string;
  info: ObjectInfo;
}

/**
 * UPLOADING → STORED: checks size, type and checksum of an object in the incoming bucket, keeps it under the file's own
 * id and removes it from there. An object that no open upload waits for is removed and changes nothing.
 * @param how `refusal`: why the bytes are not looked at, and their file is FAILED; `goOn`: lease the file of bytes that are
 *   quick to read
 */
export async function ingest(
  deps: IntakeDeps,
  object: ArrivedObject,
  { refusal, goOn }: { refusal?: AppError; goOn?: GoOn } = {},
): Promise<void> {
  const key = parseIncomingKey(object.key);
  const info = await deps.storage.head('incoming', object.key);
  // Taken in before, or replaced by newer bytes that have an event of their own.
  if (!info) {
    await forgetDrop(deps.db, object.key);
    await tellStageOfTaken(deps, object.key);
    return;
  }
  if (object.etag !== undefined && object.etag !== info.etag) return;
  if (key.kind === 'unknown') {
    deps.log.warn({ key: object.key }, 'an object in the incoming bucket has an unknown key and was ignored');
    return;
  }
  const userId = key.kind === 'drop' ? key.userId : await findOwnerOfFile(deps.db, key.fileId);
  const arrival = userId && (await asUser(deps.db, userId, (trx) => identify(deps, trx, userId, object.key, info)));
  if (arrival === 'not ours') return;
  if (arrival && refusal) await refuseBytes(deps.db, arrival.file, arrival.upload, refusal);
  else if (arrival) await receive(deps, arrival, goOn);
  await deps.storage.delete('incoming', object.key, { ifMatch: info.etag });
  if (userId) await asUser(deps.db, userId, (trx) => forgetObject(trx, identityOf(object.key, info)));
  if (!arrival) await tellStageOfTaken(deps, object.key);
}

/** Whoever took its bytes in may have died before a word of it, or while it went on with them. */
async function tellStageOfTaken(deps: IntakeDeps, objectKey: string): Promise<void> {
  const key = parseIncomingKey(objectKey);
  if (key.kind === 'unknown') return;
  const userId = key.kind === 'drop' ? key.userId : await findOwnerOfFile(deps.db, key.fileId);
  if (!userId) return;
  const fileId =
    key.kind === 'upload'
      ? key.fileId
      : await asUser(
          deps.db,
          userId,
          async (trx) => (await findFileByExternalId(trx, userId, 'bucket', objectKey))?.id,
        );
  if (fileId) await tellStageOf(deps, userId, { fileId });
}

function identityOf(key: string, { etag, lastModified }: ObjectInfo): ObjectIdentity {
  return { bucket: 'incoming', key, etag, modified: lastModified };
}

async function forgetDrop(db: Db, objectKey: string): Promise<void> {
  const key = parseIncomingKey(objectKey);
  if (key.kind === 'drop') await asUser(db, key.userId, (trx) => deleteDropUpload(trx, objectKey));
}

/** @returns undefined for an object that is to be removed and changes nothing */
async function identify(
  deps: Pick<IntakeDeps, 'log' | 'limits'>,
  trx: Trx,
  userId: string,
  objectKey: string,
  info: ObjectInfo,
): Promise<Arrival | 'not ours' | undefined> {
  const key = parseIncomingKey(objectKey);
  // Its upload was closed, or its file deleted, before it could be removed.
  if (key.kind === 'drop' && (await isLoose(trx, identityOf(objectKey, info)))) return undefined;
  const user = await findUser(trx, userId);
  if (!user && key.kind === 'drop') {
    deps.log.warn({ key: objectKey }, 'a dropped object does not name an account and was ignored');
    return 'not ours';
  }
  // Of an account that is being erased nothing is kept, not even a word about it.
  if (await isErasing(trx, userId)) return undefined;
  const file =
    key.kind === 'drop'
      ? await dropped(deps.limits.files.quota, trx, objectKey, info, key)
      : key.kind === 'upload' && (await findFile(trx, userId, key.fileId));
  if (!file) return key.kind === 'drop' ? 'not ours' : undefined;
  const upload = await findUpload(trx, file.id);
  if (upload?.object_key !== objectKey) return undefined;
  if (user?.disabled_at) {
    await refuseBytesIn(trx, file, upload, DISABLED);
    return undefined;
  }
  return { file, upload, key: objectKey, info };
}

/** The file of a bucket drop: one a key, so that a later object under the same key is its next generation. */
async function dropped(
  quota: FileQuota,
  trx: Trx,
  objectKey: string,
  info: ObjectInfo,
  drop: { userId: string; name: string },
): Promise<FileRow | undefined> {
  const filename = filenameOrUnnamed(drop.name);
  const modified = info.lastModified ?? new Date(0);
  const id = droppedFileId(drop.userId, objectKey, { etag: info.etag, modified });
  const contentType = info.contentType ?? 'application/octet-stream';
  await insertFile(trx, {
    id,
    user_id: drop.userId,
    filename,
    content_type: contentType,
    size: info.size,
    source: 'bucket',
    external_id: objectKey,
    status: 'UPLOADING',
    created_at: new Date(),
  });
  const found = await findFileByExternalId(trx, drop.userId, 'bucket', objectKey);
  const file = found && (await lockFile(trx, drop.userId, found.id));
  if (!file) return undefined;
  const open = await findUpload(trx, file.id);
  const isOpen = open?.object_key === objectKey && open.object_etag === info.etag;
  if (isOpen && open.object_modified?.getTime() === modified.getTime()) return file;
  await replaceUpload(trx, {
    file_id: file.id,
    user_id: drop.userId,
    object_key: objectKey,
    object_etag: info.etag,
    object_modified: modified,
    filename,
    content_type: contentType,
    size: info.size,
    expires_at: new Date(Date.now() + 3_600_000),
    created_at: new Date(),
  });
  await refuseWithoutRoom(quota, trx, file, info.size);
  return file;
}

/** Nobody asked before these bytes came: those beyond the quota make the file FAILED, and the object goes. */
async function refuseWithoutRoom(quota: FileQuota, trx: Trx, file: FileRow, size: number): Promise<void> {
  try {
    await assertRoomFor(trx, quota, { userId: file.user_id, fileId: file.id, size });
  } catch (error) {
    const upload = await findUpload(trx, file.id);
    if (!(error instanceof AppError) || !upload) throw error;
    await refuseBytesIn(trx, file, upload, error);
  }
}

async function receive(deps: IntakeDeps, arrival: Arrival, goOn: GoOn | undefined): Promise<void> {
  const { file, upload } = arrival;
  const generation = file.generation + 1;
  let bytes: AcceptedBytes;
  try {
    bytes = await storeChecked(deps, arrival, generation);
  } catch (error) {
    if (!(await isFinal(deps, file, error))) throw error;
    const { code, message } = error instanceof AppError ? error : new AppError('PROCESSING_FAILED', { cause: error });
    await refuseBytes(deps.db, file, upload, { code, message });
    return;
  }
  const isQuick = isQuickToRead(bytes.contentType, bytes.size);
  const accepted = await acceptOrDiscard(deps, arrival, generation, bytes, isQuick ? goOn : undefined);
  if (accepted.claimed) goOn?.onClaimed(accepted.claimed);
  if (!accepted.taken) await discardObject(deps, file.user_id, bytes.key);
  for (const message of accepted.messages) await deps.queue.send('extract', message);
}

/** Bytes that could not be accepted now are stored anew by the next delivery. */
async function acceptOrDiscard(
  deps: IntakeDeps,
  { file, upload }: Arrival,
  generation: number,
  bytes: AcceptedBytes,
  goOn: GoOn | undefined,
): Promise<Acceptance> {
  try {
    return await acceptBytes(deps.db, file, upload, generation, bytes, { goOn });
  } catch (error) {
    if (error instanceof AppError) await discardObject(deps, file.user_id, bytes.key);
    throw error;
  }
}

/** Whether another delivery of the event could not end better. */
async function isFinal(deps: IntakeDeps, file: FileRow, error: unknown): Promise<boolean> {
  if (error instanceof AppError) return !isOutage(error);
  deps.log.warn({ err: error, fileId: file.id }, 'intake attempt failed');
  return (await asUser(deps.db, file.user_id, (trx) => countIntakeFailure(trx, file.id))) >= MAX_FAILURES;
}
