import { asUser } from '#shared/db/as-user.ts';
import {
  findExpiredUploads,
  findStalledArrivals,
  leaveOutArrived,
  releaseDeadLeases,
  touchStalledFiles,
} from '#shared/db/cross-tenant.ts';
import { findFile } from '#shared/db/files-repository.ts';
import { findPlace, keepPlace } from '#shared/db/upkeep-repository.ts';
import { findUpload } from '#shared/db/uploads-repository.ts';
import { findUser } from '#shared/db/users-repository.ts';
import type { FileStatus } from '#shared/domain/file-status.ts';
import { recordFor } from '#shared/domain/messages.ts';
import { DROP_PREFIX, parseIncomingKey, UPLOADS_PREFIX } from '#shared/domain/object-keys.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { eachForItself } from '#shared/errors/each-for-itself.ts';
import { refuseBytes } from '#shared/pipeline/intake/accept-bytes.ts';
import type { IntakeDeps } from '#shared/pipeline/intake/intake.ts';
import { NEXT_QUEUE } from '#shared/pipeline/next-queue.ts';
import type { QueueName } from '#shared/ports/queue.ts';

const BATCH = 500;
const LOOKED_UP_TOGETHER = 500;
const LOOK_MS = 10_000;
/**
 * A queue that still holds this many messages has enough to do. A message serves whoever's turn it is, so that what stands
 * still is waiting and not lost, whosever the messages are.
 */
const BUSY_QUEUE = 100;

export interface SweepLimits {
  /** How long a file or an object may stand still before it is sent on again. */
  afterSeconds: number;
}

export interface SweepDeps extends IntakeDeps {
  limits: IntakeDeps['limits'] & { sweep: SweepLimits };
  /** What looking for objects of one kind may take, ten seconds unless told; the function has a minute for both. */
  lookMs?: number;
}

/**
 * Stages that stand still, which no message triggers any more. What a dead worker left goes back into its line in any case: in
 * a busy queue there are messages enough, but none of them finds it. @returns how many were sent on
 */
export async function resendStages(deps: SweepDeps): Promise<number> {
  let sent = 0;
  for (const [status, queue] of Object.entries(NEXT_QUEUE) as [FileStatus, QueueName][]) {
    const left = await releaseDeadLeases(deps.db, status, BATCH);
    if ((await deps.queue.waiting(queue)) >= BUSY_QUEUE) continue;
    const stalled = await touchStalledFiles(deps.db, status, deps.limits.sweep.afterSeconds, BATCH);
    for (const file of [...left, ...stalled]) {
      await deps.queue.send(queue, { fileId: file.id, generation: file.generation });
      sent += 1;
    }
  }
  return sent;
}

/**
 * Objects whose event never came, or was lost, and those in the line whose message was. What stands in the line is not
 * told of again, so that one person's thousand objects hide nobody's. @returns how many were sent on
 */
export async function resendArrivals(deps: SweepDeps): Promise<number> {
  let sent = 0;
  if ((await deps.queue.waiting('accept')) < BUSY_QUEUE) {
    for (const arrivalId of await findStalledArrivals(deps.db, deps.limits.sweep.afterSeconds, BATCH)) {
      await deps.queue.send('accept', { arrivalId });
      sent += 1;
    }
  }
  if ((await deps.queue.waiting('intake')) >= BUSY_QUEUE) return sent;
  for (const prefix of [UPLOADS_PREFIX, DROP_PREFIX]) {
    const until = Date.now() + (deps.lookMs ?? LOOK_MS);
    let ofThisKind = 0;
    for await (const keys of unknownObjects(deps, prefix)) {
      for (const key of keys) await deps.queue.send('intake', { Records: [recordFor(key)] });
      sent += keys.length;
      ofThisKind += keys.length;
      if (ofThisKind >= BATCH || Date.now() >= until) break;
    }
  }
  return sent;
}

/**
 * Keys of objects that have lain there for a while and stand in nobody's line; from where the run before ended, to the end.
 * The place is kept before the next part is begun, so that whatever breaks a run off takes no part's turn from it for ever.
 */
async function* unknownObjects(deps: SweepDeps, prefix: string): AsyncGenerator<string[]> {
  const before = Date.now() - deps.limits.sweep.afterSeconds * 1_000;
  const strangers = new Map<string, boolean>();
  const after = await findPlace(deps.db, placeOf(prefix));
  let keys: string[] = [];
  let seen = 0;
  for await (const object of deps.storage.list('incoming', prefix, after === undefined ? {} : { after })) {
    seen += 1;
    const isFresh = object.lastModified && object.lastModified.getTime() > before;
    if (!isFresh && !(await isStrangers(deps, object.key, strangers))) keys.push(object.key);
    if (seen % LOOKED_UP_TOGETHER !== 0) continue;
    const unknown = await leaveOutArrived(deps.db, keys);
    await keepPlace(deps.db, placeOf(prefix), object.key);
    yield unknown;
    keys = [];
  }
  const unknown = await leaveOutArrived(deps.db, keys);
  if (after !== undefined || seen >= LOOKED_UP_TOGETHER) await keepPlace(deps.db, placeOf(prefix), null);
  yield unknown;
}

function placeOf(prefix: string): string {
  return `incoming:${prefix}`;
}

/** Whether an object was dropped for nobody; such objects are left alone, and must not crowd out the others. */
async function isStrangers(deps: SweepDeps, objectKey: string, known: Map<string, boolean>): Promise<boolean> {
  const key = parseIncomingKey(objectKey);
  if (key.kind !== 'drop') return key.kind === 'unknown';
  let stranger = known.get(key.userId);
  if (stranger === undefined) {
    stranger = (await asUser(deps.db, key.userId, (trx) => findUser(trx, key.userId))) === undefined;
    known.set(key.userId, stranger);
  }
  return stranger;
}

/** Ends uploads that were abandoned. @returns how many */
export async function expireUploads(deps: SweepDeps): Promise<number> {
  let expired = 0;
  await eachForItself(await findExpiredUploads(deps.db, BATCH), async ({ userId, fileId }) => {
    if (await expireUpload(deps, userId, fileId)) expired += 1;
  });
  return expired;
}

async function expireUpload(deps: SweepDeps, userId: string, fileId: string): Promise<boolean> {
  const { file, upload } = await asUser(deps.db, userId, async (trx) => ({
    file: await findFile(trx, userId, fileId),
    upload: await findUpload(trx, fileId),
  }));
  // Another may have taken its place just now.
  if (!file || !upload || upload.expires_at.getTime() > Date.now()) return false;
  // The bytes are there and wait for their turn: intake decides.
  if (await deps.storage.head('incoming', upload.object_key)) return false;
  const { code, message } = new AppError('UPLOAD_EXPIRED');
  await refuseBytes(deps.db, file, upload, { code, message });
  return true;
}
