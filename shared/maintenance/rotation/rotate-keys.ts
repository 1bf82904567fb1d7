import type { Keyring } from '#shared/crypto/keyring.ts';
import { asUser } from '#shared/db/as-user.ts';
import { listAccountIds } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { reencryptToken } from '#shared/drive/refresh-token.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import { rewrapObject } from './rewrap-object.ts';
import { type StoredObject, storedObjects } from './stored-objects.ts';

const ACCOUNTS_A_READ = 200;
/** Each holds two segments in memory at most, and waits for the bucket most of the time. */
const OBJECTS_AT_ONCE = 4;
/** What is written while a pass is under way, by a function that still has the settings of before, is left to the next. */
const MOST_PASSES = 5;

export interface RotationDeps {
  db: Db;
  storage: ObjectStorage;
  keyring: Keyring;
}

export interface RotationOutcome {
  /** Objects that were seen under the current key, or are now. */
  objects: number;
  rewrapped: number;
  /** Secrets in the database, the same way. */
  secrets: number;
  reencrypted: number;
  /** What could not be moved, and why; an old key must stay as long as there is any. */
  failures: { what: string; reason: string }[];
}

/**
 * Brings everything that is encrypted under another master key under the current one, while people work. It keeps no
 * notes: what is under the current key is left alone, so a run that was killed is simply repeated.
 */
export async function rotateKeys(deps: RotationDeps): Promise<RotationOutcome> {
  const total = { rewrapped: 0, reencrypted: 0 };
  for (let pass = 1; ; pass += 1) {
    const seen = await rotateOnce(deps);
    total.rewrapped += seen.rewrapped;
    total.reencrypted += seen.reencrypted;
    const isQuiet = seen.rewrapped + seen.reencrypted === 0;
    if (isQuiet || pass === MOST_PASSES) return { ...seen, ...total };
  }
}

async function rotateOnce(deps: RotationDeps): Promise<RotationOutcome> {
  const outcome: RotationOutcome = { objects: 0, rewrapped: 0, secrets: 0, reencrypted: 0, failures: [] };
  for await (const userId of accounts(deps.db)) {
    await attempt(outcome, `the Drive token of account ${userId}`, async () => {
      const done = await reencryptToken(deps, userId);
      if (done === 'none') return;
      outcome.secrets += 1;
      if (done === 'reencrypted') outcome.reencrypted += 1;
    });
    const objects = storedObjects(deps.db, userId);
    await Promise.all(Array.from({ length: OBJECTS_AT_ONCE }, () => work(deps, objects, outcome)));
  }
  return outcome;
}

/** Takes objects from the list that several share until there are no more. */
async function work(deps: RotationDeps, objects: AsyncGenerator<StoredObject>, outcome: RotationOutcome) {
  for (let next = await objects.next(); !next.done; next = await objects.next()) {
    const object = next.value;
    await attempt(outcome, `the object ${object.key}`, async () => {
      const done = await rewrapObject(deps.storage, deps.keyring, object);
      if (done !== 'gone') outcome.objects += 1;
      if (done === 'rewrapped') outcome.rewrapped += 1;
    });
  }
}

/** One object that is damaged must not keep the others under the old key. */
async function attempt(outcome: RotationOutcome, what: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'INTEGRITY_ERROR') throw error;
    outcome.failures.push({ what, reason: error.cause instanceof Error ? error.cause.message : error.message });
  }
}

async function* accounts(db: Db): AsyncGenerator<string> {
  for (let after: { createdAt: Date; id: string } | undefined; ; ) {
    const ids = await listAccountIds(db, { after, limit: ACCOUNTS_A_READ });
    yield* ids;
    if (ids.length < ACCOUNTS_A_READ) return;
    after = await lastOf(db, ids);
  }
}

/** Where the next page begins: after the last account that was not erased meanwhile. */
async function lastOf(db: Db, ids: readonly string[]): Promise<{ createdAt: Date; id: string }> {
  for (const id of ids.toReversed()) {
    const row = await asUser(db, id, (trx) => findUser(trx, id));
    if (row) return { createdAt: row.created_at, id };
  }
  throw new AppError('CONFLICT', { detail: 'Too many accounts were deleted in the meantime. Run the command again.' });
}
