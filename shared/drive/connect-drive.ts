import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { encryptField } from '#shared/crypto/field-cipher.ts';
import { asUser } from '#shared/db/as-user.ts';
import { findOwnerOfDriveState } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { findConnection, forgetProgress, lockDrive, saveConnection } from '#shared/db/drive-connections-repository.ts';
import { markEverythingRemoved } from '#shared/db/drive-items-repository.ts';
import { insertState, takeState } from '#shared/db/drive-states-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';
import { type DriveConnectionDeps, type DriveDeps, driveProvider } from './drive-provider.ts';
import { tokenPlace } from './refresh-token.ts';

/** How long a person may take on Google's page. */
const STATE_SECONDS = 600;

/** What is kept of a secret that only has to be recognised. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Begins to connect a Drive: where the person's browser goes next, and the nonce that it must bring back, so that
 * nobody gets their Drive linked to another's account by opening that person's link.
 * @throws AppError DRIVE_NOT_CONFIGURED
 */
export async function connectDrive(
  deps: DriveDeps & { db: Db },
  userId: string,
): Promise<{ authorizationUrl: string; nonce: string }> {
  const provider = driveProvider(deps);
  const [state, nonce, codeVerifier] = [newSecret(), newSecret(), newSecret()];
  await asUser(deps.db, userId, (trx) =>
    insertState(trx, {
      userId,
      stateHash: hashOf(state),
      nonceHash: hashOf(nonce),
      codeVerifier,
      expiresAt: new Date(Date.now() + STATE_SECONDS * 1_000),
    }),
  );
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  return { authorizationUrl: provider.authorizationUrl({ state, codeChallenge }), nonce };
}

const NONCE_COOKIE = 'omnirag_drive_nonce';

/** Marks the browser that began to connect, for the callback alone. Lax, for the way back from Google is a navigation. */
export function nonceCookie({ addresses }: { addresses: { publicUrl: string } }, nonce: string): string {
  const secure = addresses.publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${NONCE_COOKIE}=${nonce}; Path=/drive/callback; Max-Age=${STATE_SECONDS}; HttpOnly; SameSite=Lax${secure}`;
}

/** The nonce among the cookies of a request. @param cookies each `name=value` */
export function readNonce(cookies: readonly string[]): string | undefined {
  return cookies
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${NONCE_COOKIE}=`))
    ?.slice(NONCE_COOKIE.length + 1);
}

export interface Callback {
  state?: string | undefined;
  /** From the cookie of the browser. */
  nonce: string | undefined;
  code?: string | undefined;
  /** What Google says instead of a code, `access_denied` for one. */
  error?: string | undefined;
}

/**
 * What Google sends the browser back with becomes a connection. Nothing is stored in any of the failures.
 * @returns the connected account
 * @throws AppError DRIVE_NOT_CONFIGURED, OAUTH_STATE_INVALID, OAUTH_DENIED, OAUTH_EXCHANGE_FAILED, OAUTH_SCOPE_MISSING, DRIVE_UNAVAILABLE
 */
export async function finishConnecting(deps: DriveConnectionDeps, callback: Callback): Promise<{ account: string }> {
  const provider = driveProvider(deps);
  const { state, nonce, code, error } = callback;
  if (!state || !nonce) throw new AppError('OAUTH_STATE_INVALID');
  const begun = await takeBegun(deps.db, hashOf(state), hashOf(nonce));
  if (!begun) throw new AppError('OAUTH_STATE_INVALID');
  if (error === 'access_denied') throw new AppError('OAUTH_DENIED');
  if (error || !code) throw new AppError('OAUTH_EXCHANGE_FAILED');

  const { userId, codeVerifier } = begun;
  const refreshToken = await exchange(provider, code, codeVerifier);
  const account = await provider.open(refreshToken).account();
  const token = encryptField(deps.keyring, refreshToken, tokenPlace(userId));
  await asUser(deps.db, userId, async (trx) => {
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
  return owner && asUser(db, owner, (trx) => takeState(trx, owner, stateHash, nonceHash));
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
        'Google did not grant offline access. Remove OmniRAG under "Third-party apps" of your Google account, then connect Google Drive again.',
    });
  }
  return refreshToken;
}
