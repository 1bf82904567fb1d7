import type { SessionClaims } from '#shared/auth/access-tokens.ts';
import { confirmPassword } from '#shared/auth/confirm-password.ts';
import type { SignInDeps } from '#shared/auth/sign-in.ts';
import type { RequestOrigin } from '#shared/domain/audit-events.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { requestErasure } from './request-erasure.ts';

/**
 * Begins the erasure of the signed-in person's account, for their password: a token that was left open somewhere, or
 * stolen, must not end everything.
 * @throws AppError INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, CONFLICT for the last administrator
 */
export async function eraseOwnAccount(
  deps: SignInDeps & { queue: Queue },
  session: SessionClaims,
  password: string,
  from: RequestOrigin,
): Promise<void> {
  await confirmPassword(deps, session, { password, purpose: 'erasure', from }, async () => undefined);
  await requestErasure(deps, session.userId, from);
}
