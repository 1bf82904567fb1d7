import { randomUUID } from 'node:crypto';
import { encryptField } from '#shared/crypto/field-cipher.ts';
import type { Keyring } from '#shared/crypto/keyring.ts';
import { findOwnerOfDriveState } from '#shared/db/across-people.ts';
import { asPerson } from '#shared/db/as-person.ts';
import type { Db } from '#shared/db/database.ts';
import { findConnection, forgetProgress, lockDrive, saveConnection } from '#shared/db/drive-connections-repository.ts';
import { markEverythingRemoved } from '#shared/db/drive-items-repository.ts';
import { takeState } from '#shared/db/drive-states-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { hashOf } from './connect-drive.ts';
import { tokenPlace } from './refresh-token.ts';

export interface Callback {
  state: string | undefined;
  /** From the cookie of the browser. */
  nonce: string | undefined;
  code: string | undefined;
  /** What Google says instead of a code, `access_denied` for one. */
  error: string | undefined;
}

/**
 * What Google sends the browser back with becomes a connection. Nothing is stored in any of the failures.
 * @returns the connected account
 * @throws AppError OAUTH_STATE_INVALID, OAUTH_DENIED, OAUTH_EXCHANGE_FAILED, OAUTH_SCOPE_MISSING, DRIVE_UNAVAILABLE
 */
export async function finishConnecting(
  deps: { db: Db; provider: DriveProvider; keyring: Keyring; queue: Queue },
  callback: Callback,
): Promise<{ account: string }> {
  const { state, nonce, code, error } = callback;
  if (!state || !nonce) throw new AppError('OAUTH_STATE_INVALID');
  const begun = await takeBegun(deps.db, hashOf(state), hashOf(nonce));
  if (!begun) throw new AppError('OAUTH_STATE_INVALID');
  if (error === 'access_denied') throw new AppError('OAUTH_DENIED');
  if (error || !code) throw new AppError('OAUTH_EXCHANGE_FAILED');

  const { userId, codeVerifier } = begun;
  const refreshToken = await exchange(deps.provider, code, codeVerifier);
  const account = await deps.provider.open(refreshToken).account();
  const token = encryptField(deps.keyring, refreshToken, tokenPlace(userId));
  await asPerson(deps.db, userId, async (trx) => {
    await lockDrive(trx, userId);
    const before = await findConnection(trx, userId);
    await saveConnection(trx, { userId, id: randomUUID(), account, token });
    // Also what a connection that was ended has left so far: only what the listing finds is there.
    if (before?.account !== account) {
      await forgetProgress(trx, userId);
      await markEverythingRemoved(trx, userId);
    }
  });
  await deps.queue.send('drive', { userId });
  return { account };
}

/** Whose browser this is; the state is spent with it. */
async function takeBegun(db: Db, stateHash: Buffer, nonceHash: Buffer) {
  const owner = await findOwnerOfDriveState(db, stateHash);
  return owner && asPerson(db, owner, (trx) => takeState(trx, owner, stateHash, nonceHash));
}

async function exchange(provider: DriveProvider, code: string, codeVerifier: string): Promise<string> {
  const { refreshToken, scopes } = await provider.exchange(code, codeVerifier);
  if (!scopes.includes(provider.scope)) {
    if (refreshToken) await provider.revoke(refreshToken);
    throw new AppError('OAUTH_SCOPE_MISSING');
  }
  if (!refreshToken) {
    throw new AppError('OAUTH_EXCHANGE_FAILED', {
      detail:
        'Google gave no lasting access. Remove OmniRAG under "Third-party apps" of your Google account, then connect the Drive again.',
    });
  }
  return refreshToken;
}
