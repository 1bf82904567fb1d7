import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Keyring } from '#shared/crypto/keyring.ts';
import { asUser } from '#shared/db/as-user.ts';
import {
  advance,
  claimConnection,
  findConnection,
  type RunEnd,
  releaseConnection,
} from '#shared/db/drive-connections-repository.ts';
import type { DriveConnectionRow } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { backoffSeconds } from '#shared/pipeline/backoff.ts';
import { keepLease } from '#shared/pipeline/keep-lease.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';
import { type DriveDeps, driveProvider } from './drive-provider.ts';
import { followDrive } from './follow-drive.ts';
import { forgetDrive } from './forget-drive.ts';
import { reconcileDrive } from './reconcile-drive.ts';
import { readRefreshToken } from './refresh-token.ts';
import { LeaseLostError, type SyncDeps, type SyncRun } from './sync-run.ts';

/** A person whose Drive is to be looked at; `again` when somebody else was at work there the first time. */
export const driveMessage = z.object({ userId: z.uuid(), again: z.boolean().optional() });
export type DriveMessage = z.output<typeof driveMessage>;

/** After so long the next message goes on, so that others get their turn. */
const SLICE_MS = 20_000;
/** A Drive that failed is tried again after some seconds, then after a quarter of an hour at most. */
const RETRY = { first: 5, longest: 900 };
/** How soon a run that waits for the pipeline looks whether there is room. */
const PIPELINE_DELAY_SECONDS = 1;

export interface SyncDriveDeps extends SyncDeps, DriveDeps {
  keyring: Keyring;
}

/** How a slice ended. */
interface SliceEnd extends RunEnd {
  /** Seconds until the rest is gone on with. */
  goOnIn: number;
}

/**
 * One slice of a person's sync: what happened in the Drive since the last time, then the files that do not agree with it.
 * Every step commits its effects with its progress, under a lease: a run that dies is taken over where it was.
 */
export async function syncDrive(deps: SyncDriveDeps, message: DriveMessage): Promise<void> {
  const { userId } = message;
  const provider = driveProvider(deps);
  const { leaseSeconds } = deps.limits.stage;
  const holder = randomUUID();
  const found = await asUser(deps.db, userId, async (trx) => {
    const claimed = await claimConnection(trx, userId, holder, leaseSeconds);
    return { claimed, existing: claimed ?? (await findConnection(trx, userId)) };
  });
  if (!found.existing) return forgetDrive(deps, userId);
  if (!found.claimed) return waitForLease(deps, message, found.existing);
  const claim = { userId, connectionId: found.claimed.id, holder };
  const end = await runSlice(deps, provider, claim, found.claimed);
  if (end === 'lease lost') return;
  const asked = await asUser(deps.db, userId, (trx) => releaseConnection(trx, claim, end));
  if (end.reauthRequired || asked === undefined) return;
  if (end.agrees && !asked) return;
  await deps.queue.send('drive', { userId }, { delaySeconds: end.goOnIn });
}

/** Whoever holds the lease does the work; only if it died does this message, once its lease has ended. */
async function waitForLease(
  deps: SyncDriveDeps,
  message: DriveMessage,
  { lease_expires_at: until }: DriveConnectionRow,
): Promise<void> {
  const seconds = until ? Math.ceil((until.getTime() - Date.now()) / 1_000) + 1 : 0;
  if (message.again || seconds <= 0) return;
  await deps.queue.send(
    'drive',
    { ...message, again: true },
    { delaySeconds: Math.min(seconds, deps.limits.stage.leaseSeconds) },
  );
}

async function runSlice(
  deps: SyncDriveDeps,
  provider: DriveProvider,
  claim: SyncRun['claim'],
  connection: DriveConnectionRow,
): Promise<SliceEnd | 'lease lost'> {
  const deadline = Date.now() + SLICE_MS;
  // A file that takes long to come over commits nothing meanwhile. Whoever loses the lease finds out when it commits.
  const { leaseSeconds } = deps.limits.stage;
  const extend = () => asUser(deps.db, claim.userId, (trx) => advance(trx, claim, leaseSeconds));
  try {
    return await keepLease({ leaseSeconds, log: deps.log }, { extend, about: { userId: claim.userId } }, async () => {
      const drive = provider.open(readRefreshToken(deps.keyring, connection));
      const run: SyncRun = { deps, claim, connection, drive, timeIsUp: () => Date.now() > deadline };
      if (!(await followDrive(run))) return { agrees: false, goOnIn: 0 };
      const outcome = await reconcileDrive(run);
      return { agrees: outcome === 'agrees', goOnIn: outcome === 'pipeline is full' ? PIPELINE_DELAY_SECONDS : 0 };
    });
  } catch (error) {
    if (error instanceof LeaseLostError) return 'lease lost';
    deps.log.warn({ err: error, userId: claim.userId }, 'a Google Drive sync was interrupted');
    return explain(error, connection.attempts);
  }
}

function explain(error: unknown, attempts: number): SliceEnd {
  const known = error instanceof AppError ? error : new AppError('INTERNAL_ERROR', { cause: error });
  const { code, message } = known;
  const isReauth = code === 'REAUTH_REQUIRED';
  const retryInSeconds = isReauth ? 0 : (known.retryAfterSeconds ?? Math.ceil(backoffSeconds(attempts, RETRY)));
  return {
    agrees: false,
    error: { code, message, retryInSeconds },
    reauthRequired: isReauth,
    goOnIn: retryInSeconds,
  };
}
