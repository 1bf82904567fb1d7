import { asUser } from '#shared/db/as-user.ts';
import type { Trx } from '#shared/db/database.ts';
import { deleteErasure, type ErasurePass, postponeErasure, takeErasure } from '#shared/db/erasures-repository.ts';
import { deleteLooseObjects } from '#shared/db/loose-objects-repository.ts';
import { askForClearing } from '#shared/db/upkeep-repository.ts';
import { endConsent } from '#shared/drive/disconnect-drive.ts';
import type { DriveConnectionDeps } from '#shared/drive/drive-provider.ts';
import { isOutage } from '#shared/errors/app-error.ts';
import type { FileLimits } from '#shared/files/file-limits.ts';
import type { OutboxLimits } from '#shared/pipeline/publish/outbox-limits.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { Log } from '#shared/ports/log.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { clearStores } from './clear-stores.ts';
import { removeRows } from './remove-rows.ts';

/** Two workers at once do no harm; this only keeps them apart as a rule. */
const LEASE_SECONDS = 60;
const RETRY_SECONDS = 10;
/** So long Google may fail to end the consent; then the token goes unrevoked, for the rest must not wait for ever. */
const CONSENT_PATIENCE_SECONDS = 600;
/** The most a message may be delayed. */
const LONGEST_DELAY_SECONDS = 900;

/** What a Lambda function may run at most. */
const LONGEST_FUNCTION_SECONDS = 900;

export interface EraseDeps extends DriveConnectionDeps {
  storage: ObjectStorage;
  vectorIndex: VectorIndex;
  cache: Cache;
  log: Log;
  limits: { outbox: OutboxLimits; files: FileLimits };
}

/**
 * Seconds between one clearing of everything and the next: after every lease on the outbox has ended, because what was
 * claimed before may still be sent; one time limit of the vector store's client later, because what was given up may still
 * land; and when no function that was at work can be any more, because it may be writing a file that nothing names, nor
 * any address be valid that was signed for an upload.
 */
export function erasureWaits({ limits: { outbox, files } }: Pick<EraseDeps, 'limits'>): number[] {
  const nobodyWrites = Math.max(LONGEST_FUNCTION_SECONDS, files.uploadTtlSeconds + 60);
  return [outbox.leaseSeconds, outbox.clientTimeoutMs / 1_000, nobodyWrites];
}

/**
 * One pass over everything that is stored about a person, if one is due. Each part deletes whatever it finds, so a crash
 * anywhere repeats the pass; the sweep sends on again what no message triggers any more.
 */
export async function eraseStep(deps: EraseDeps, userId: string): Promise<void> {
  const pass = await asUser(deps.db, userId, (trx) => takeErasure(trx, userId, LEASE_SECONDS));
  if (!pass) return;
  const { passes } = pass;
  try {
    await tryToEndConsent(deps, userId, pass);
    await removeRows(deps.db, userId);
    await clearStores(deps, userId);
  } catch (error) {
    deps.log.warn({ err: error, userId }, 'erasure attempt failed');
    await next(deps, userId, { from: passes, to: passes, delaySeconds: RETRY_SECONDS });
    return;
  }
  const delaySeconds = erasureWaits(deps)[passes];
  if (delaySeconds !== undefined) await next(deps, userId, { from: passes, to: passes + 1, delaySeconds });
  else await asUser(deps.db, userId, (trx) => end(trx, userId));
}

/** No address that was signed for an upload is valid any more, and nobody writes for the account: nothing can come back. */
async function end(trx: Trx, userId: string): Promise<void> {
  await deleteLooseObjects(trx, userId);
  await deleteErasure(trx, userId);
  await askForClearing(trx);
}

/** First of all, while the token is there: nobody could end the consent later. */
async function tryToEndConsent(deps: EraseDeps, userId: string, pass: ErasurePass): Promise<void> {
  try {
    if (deps.drive) await endConsent(deps, userId);
  } catch (error) {
    if (isOutage(error) && pass.ageSeconds < CONSENT_PATIENCE_SECONDS) throw error;
    deps.log.warn({ err: error, userId }, 'the Google access of a deleted account could not be revoked');
  }
}

async function next(
  deps: EraseDeps,
  userId: string,
  pass: { from: number; to: number; delaySeconds: number },
): Promise<void> {
  await asUser(deps.db, userId, (trx) => postponeErasure(trx, userId, pass));
  // A second later than due: what comes early finds nothing to do.
  const delaySeconds = Math.min(LONGEST_DELAY_SECONDS, Math.ceil(pass.delaySeconds) + 1);
  await deps.queue.send('erase', { userId }, { delaySeconds });
}
