import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Keyring } from '#shared/crypto/keyring.ts';
import { asPerson } from '#shared/db/as-person.ts';
import {
  claimConnection,
  findConnection,
  type RunEnd,
  releaseConnection,
} from '#shared/db/drive-connections-repository.ts';
import type { DriveConnectionRow } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';
import { followDrive } from './follow-drive.ts';
import { forgetDrive } from './forget-drive.ts';
import { reconcileDrive } from './reconcile-drive.ts';
import { readRefreshToken } from './refresh-token.ts';
import { LEASE_SECONDS, LeaseLostError, type SyncDeps, type SyncRun } from './sync-run.ts';

/** A person whose Drive is to be looked at; `asked` when it was the person who asked. */
export const driveMessage = z.object({ userId: z.uuid(), asked: z.boolean().optional() });
export type DriveMessage = z.output<typeof driveMessage>;

/** After so long the next message goes on, so that others get their turn. */
const SLICE_MS = 20_000;
/** Somebody else is at work; whoever asked wants what changed since. */
const BUSY_DELAY_SECONDS = 5;
const FIRST_DELAY_SECONDS = 5;
const LONGEST_DELAY_SECONDS = 900;

export interface SyncDriveDeps extends SyncDeps {
  provider: DriveProvider;
  keyring: Keyring;
}

/**
 * One slice of a person's sync: what happened in the Drive since the last time, then the files that do not agree with it.
 * Every step commits its effects with its progress, under a lease: a run that dies is taken over where it was.
 */
export async function syncDrive(deps: SyncDriveDeps, message: DriveMessage): Promise<void> {
  const { userId } = message;
  const holder = randomUUID();
  const found = await asPerson(deps.db, userId, async (trx) => {
    const claimed = await claimConnection(trx, userId, holder, LEASE_SECONDS);
    return { claimed, existing: claimed ?? (await findConnection(trx, userId)) };
  });
  if (!found.existing) return forgetDrive(deps, userId);
  if (!found.claimed) {
    const isBusy = found.existing.lease_holder !== null;
    if (message.asked && isBusy) await deps.queue.send('drive', message, { delaySeconds: BUSY_DELAY_SECONDS });
    return;
  }
  const claim = { userId, connectionId: found.claimed.id, holder };
  const end = await runSlice(deps, claim, found.claimed);
  if (end === 'lease lost') return;
  await asPerson(deps.db, userId, (trx) => releaseConnection(trx, claim, end));
  if (end.reauthRequired || end.agrees) return;
  await deps.queue.send('drive', { userId }, { delaySeconds: end.error?.retryInSeconds ?? 0 });
}

async function runSlice(
  deps: SyncDriveDeps,
  claim: SyncRun['claim'],
  connection: DriveConnectionRow,
): Promise<RunEnd | 'lease lost'> {
  const deadline = Date.now() + SLICE_MS;
  try {
    const drive = deps.provider.open(readRefreshToken(deps.keyring, connection));
    const run: SyncRun = { deps, claim, connection, drive, timeIsUp: () => Date.now() > deadline };
    return { agrees: (await followDrive(run)) && (await reconcileDrive(run)) };
  } catch (error) {
    if (error instanceof LeaseLostError) return 'lease lost';
    deps.log.warn({ err: error, userId: claim.userId }, 'the sync of a Drive was interrupted');
    return explain(error, connection.attempts);
  }
}

function explain(error: unknown, attempts: number): RunEnd {
  const known = error instanceof AppError ? error : new AppError('INTERNAL_ERROR', { cause: error });
  const { code, message } = known;
  const isReauth = code === 'REAUTH_REQUIRED';
  const retryInSeconds = isReauth ? 0 : (known.retryAfterSeconds ?? delayAfter(attempts));
  return { agrees: false, error: { code, message, retryInSeconds }, reauthRequired: isReauth };
}

/** Doubles with each attempt, with a random half, so that people who were refused together do not come back together. */
function delayAfter(attempts: number): number {
  const longest = Math.min(FIRST_DELAY_SECONDS * 2 ** attempts, LONGEST_DELAY_SECONDS);
  return Math.ceil(longest / 2 + (Math.random() * longest) / 2);
}
