import { createHash, randomBytes } from 'node:crypto';
import { asPerson } from '#shared/db/as-person.ts';
import type { Db } from '#shared/db/database.ts';
import { insertState } from '#shared/db/drive-states-repository.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';

/** How long a person may take on Google's page. */
export const STATE_SECONDS = 600;

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
 */
export async function connectDrive(
  deps: { db: Db; provider: DriveProvider },
  userId: string,
): Promise<{ authorizationUrl: string; nonce: string }> {
  const [state, nonce, codeVerifier] = [newSecret(), newSecret(), newSecret()];
  await asPerson(deps.db, userId, (trx) =>
    insertState(trx, {
      userId,
      stateHash: hashOf(state),
      nonceHash: hashOf(nonce),
      codeVerifier,
      expiresAt: new Date(Date.now() + STATE_SECONDS * 1_000),
    }),
  );
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  return { authorizationUrl: deps.provider.authorizationUrl({ state, codeChallenge }), nonce };
}
